import { constants } from 'node:os';
import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import { plainEnvironment } from '../environment.ts';
import { createEmulator, type Emulator, type Size } from './emulator.ts';
import { createKeyboard, type Keyboard } from './keyboard.ts';

/** A program to run, and the terminal to run it in. */
export interface TerminalOptions extends Partial<Size> {
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to the environment of a plain terminal; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** How a program ended: one of the two is null. */
export interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real program in a real pseudo-terminal, seen through an emulator. */
export interface Terminal
  extends Keyboard,
    Pick<Emulator, 'grid' | 'text' | 'cells' | 'cursor' | 'modes' | 'state' | 'until'> {
  readonly pid: number;
  /** Sends bytes as they are: not everything that a terminal sends is UTF-8. */
  send(bytes: Uint8Array): void;
  size(): Size;
  resize(size: Size): void;
  /** All that the program wrote, escape sequences included. */
  raw(): string;
  /** Signals the program; does nothing once it is gone. */
  signal(name: NodeJS.Signals): void;
  /** Settles when the program is gone and all its output is on the screen. */
  readonly exited: Promise<Exit>;
  /** Hangs up, kills the program if it stays, and resolves when it is gone. */
  close(): Promise<void>;
}

/** How long a program may take to go after a hang-up. */
const graceMs = 1000;

/** How long the output of a program that has ended is waited for, ms. */
const drainMs = 10_000;

/** The terminal's master side. It takes bytes, where node-pty's own `write` takes text. */
const socketOf = (child: object): Duplex => {
  const socket: unknown = Reflect.get(child, '_socket');
  if (!(socket instanceof Duplex)) throw new Error('node-pty has no socket');
  return socket;
};

/**
 * node-pty destroys its socket 200 ms after the exit, and what a loaded machine has not read by then is lost. It waits for
 * the end of the output here, and for a program that stays in the background no longer than `drainMs`.
 */
const readToTheEnd = (socket: Duplex): void => {
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error?: Error) => {
    if (error !== undefined || socket.readableEnded) return destroy(error);
    setTimeout(destroy, drainMs).unref();
    return socket;
  };
};

/** Opens a terminal, 80x24 unless told otherwise, with a program in it. */
export function openTerminal({ command, args = [], columns = 80, rows = 24, env, cwd }: TerminalOptions): Terminal {
  const emulator = createEmulator({ columns, rows });
  const child = spawn(command, [...args], {
    cols: columns,
    rows,
    cwd: cwd ?? process.cwd(),
    env: environment(env),
  });
  const socket = socketOf(child);
  readToTheEnd(socket);
  let size: Size = { columns, rows };
  let output = '';
  let running = true;

  child.onData((data) => {
    output += data;
    void emulator.write(data);
  });
  const write = (data: string | Uint8Array) => {
    if (running) socket.write(data);
  };
  emulator.onReply(write);

  const exited = new Promise<Exit>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      running = false;
      const name = signalName(signal ?? 0);
      const exit = { status: name === null ? exitCode : null, signal: name };
      void emulator.write('').then(() => resolve(exit));
    });
  });
  const signal = (name: NodeJS.Signals) => {
    if (running) child.kill(name);
  };

  return {
    ...createKeyboard(write, emulator.modes),
    pid: child.pid,
    send: write,
    grid: emulator.grid,
    text: emulator.text,
    cells: emulator.cells,
    cursor: emulator.cursor,
    modes: emulator.modes,
    state: emulator.state,
    until: emulator.until,
    size: () => size,
    resize: (to) => {
      size = to;
      emulator.resize(size);
      child.resize(size.columns, size.rows);
    },
    raw: () => output,
    signal,
    exited,
    close: async () => {
      signal('SIGHUP');
      const timer = new AbortController();
      const patience = delay(graceMs, undefined, { signal: timer.signal }).then(
        () => signal('SIGKILL'),
        () => undefined,
      );
      await exited;
      timer.abort();
      await patience;
    },
  };
}

/** What a person's terminal sets, whatever runs the tests. */
function environment(extra: TerminalOptions['env']): Record<string, string | undefined> {
  const all = { ...plainEnvironment(process.env), NODE_ENV: 'production', ...extra };
  // The pty would pass an undefined value on as the word "undefined".
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function signalName(number: number): NodeJS.Signals | null {
  const names: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGKILL', 'SIGSEGV', 'SIGTERM'];
  return names.find((name) => constants.signals[name] === number) ?? null;
}
