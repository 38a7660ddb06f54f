import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { freePort } from '../../support/net/free-port.ts';
import { until } from '../../support/wait.ts';
import { program } from '../peers.ts';
import type { Server } from '../server.ts';

/** The console in a terminal of 120x40 that takes all it draws and looks at none of it. */
export interface ConsoleServer extends Server {
  /** From its start to its first frame, ms. */
  readonly firstFrameMs: number;
  /** What the terminal was sent so far, bytes. */
  drawn(): number;
  type(keys: string): void;
  /** Called with each piece that the terminal is sent, as it arrives. */
  onDraw(listener: (piece: string) => void): void;
}

const startMs = 10_000;

/** Starts the console and resolves when it has drawn that its client is connected. */
export const startConsole = async (): Promise<ConsoleServer> => {
  const port = await freePort({ transport: 'tcp', host: '127.0.0.1' });
  const folder = mkdtempSync(join(tmpdir(), 'echoscope-bench-'));
  const [node, ...args] = program;
  const { CI: _, NO_COLOR: __, ...inherited } = process.env;
  const from = performance.now();
  const child = spawn(node, [...args, `:${port}`], {
    cols: 120,
    rows: 40,
    env: { ...inherited, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', XDG_STATE_HOME: folder },
  });
  let drawn = 0;
  let first = '';
  let firstFrameMs: number | null = null;
  let ending: string | null = null;
  const listeners = new Set<(piece: string) => void>();
  child.onData((piece) => {
    drawn += piece.length;
    if (first.length < 1 << 16) first += piece;
    if (firstFrameMs === null && first.includes('Connections')) firstFrameMs = performance.now() - from;
    for (const listener of listeners) listener(piece);
  });
  const ended = new Promise<void>((resolve) => {
    child.onExit(({ exitCode }) => {
      ending = `exit status ${exitCode}`;
      rmSync(folder, { recursive: true, force: true });
      resolve();
    });
  });
  const end = async (): Promise<void> => {
    if (ending === null) child.kill('SIGKILL');
    await ended;
  };
  try {
    await until(() => stripVTControlCharacters(first).includes(' online '), 'the console', startMs);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    transport: 'tcp',
    port,
    child: {
      pid: child.pid,
      stdout: () => '',
      stderr: () => '',
      ending: () => ending,
      ended,
      [Symbol.asyncDispose]: end,
    },
    firstFrameMs: firstFrameMs ?? Number.NaN,
    drawn: () => drawn,
    type: (keys) => child.write(keys),
    onDraw: (listener) => listeners.add(listener),
    [Symbol.asyncDispose]: end,
  };
};
