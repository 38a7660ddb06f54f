import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal, type Terminal, type TerminalOptions } from '../test/support/pty.ts';
import { toSvg } from './svg.ts';

/** What is done to a program before its picture is taken: keys, and whatever happens around it. */
export type Scene = (terminal: Terminal) => Promise<void>;

/** Words for a picture, and the program that is in it. */
export interface Recording extends TerminalOptions {
  readonly title: string;
  readonly description: string;
}

/**
 * Runs a program in a real terminal, plays a scene, and draws the screen as it is then. Rejects with the screen where
 * the scene waits for something that never shows.
 */
export async function record({ title, description, ...options }: Recording, scene: Scene): Promise<string> {
  const state = await mkdtemp(join(tmpdir(), 'echoscope-state-'));
  const env = { COLORTERM: 'truecolor', XDG_STATE_HOME: state, ...options.env };
  const terminal = openTerminal({ ...options, env });
  try {
    await scene(terminal);
    return toSvg({ cells: terminal.cells(), cursor: terminal.cursor(), title, description });
  } finally {
    await terminal.close();
    await rm(state, { recursive: true, force: true });
  }
}
