import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTerminal, type Terminal, type TerminalOptions } from '../test/support/terminal/pty.ts';
import { toSvg } from './svg.ts';

/** What is done to a program before its picture is taken: keys, and whatever happens around it. */
export type Scene = (terminal: Terminal) => Promise<void>;

/** Words for a picture, and the program that is in it. */
export interface Recording extends TerminalOptions {
  readonly title: string;
  readonly description: string;
}

/** Lets a program run in a real terminal and with a folder of its own for what it keeps, as long as `play` takes. */
export async function stage<T>(options: TerminalOptions, play: (terminal: Terminal) => Promise<T>): Promise<T> {
  const state = await mkdtemp(join(tmpdir(), 'echoscope-state-'));
  const env = { COLORTERM: 'truecolor', XDG_STATE_HOME: state, ...options.env };
  const terminal = openTerminal({ ...options, env });
  try {
    return await play(terminal);
  } finally {
    await terminal.close();
    await rm(state, { recursive: true, force: true });
  }
}

/** Plays a scene and draws the screen as it is then. Rejects with the screen where the scene waits for what never shows. */
export const record = ({ title, description, ...options }: Recording, scene: Scene): Promise<string> =>
  stage(options, async (terminal) => {
    await scene(terminal);
    return toSvg({ cells: terminal.cells(), cursor: terminal.cursor(), title, description });
  });
