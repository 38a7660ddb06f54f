import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Exit } from '../../support/terminal/pty.ts';
import { until } from '../../support/wait.ts';

/** One object of the NDJSON. */
export type Line = Readonly<Record<string, unknown>>;

/** `echoscope serve` in a process of its own. */
export interface Server extends AsyncDisposable {
  readonly pid: number;
  /** Of each listener, in the order of the command line. */
  readonly ports: readonly number[];
  /** Of the first one. */
  readonly port: number;
  /** All of stdout so far. */
  stdout(): string;
  /** All objects so far; throws on a line that is none. */
  events(): readonly Line[];
  /** Waits for the event of a kind that is as wanted, and returns the first one. */
  event(kind: string, wanted?: Line): Promise<Line>;
  stderr(): string;
  /** Stops reading stdout, as a slow reader does. */
  pause(): void;
  resume(): void;
  /** Closes our end of stdout. */
  hangUp(): void;
  signal(name: NodeJS.Signals): void;
  /** Stops the process with SIGSTOP, until SIGCONT; resolves once none of its threads runs. */
  stop(): Promise<void>;
  /** Settles when the program is gone and all its output has come. */
  readonly exited: Promise<Exit>;
}

export interface ServerOptions {
  /** The program; from its source where nothing else is said. */
  readonly program?: string;
  /** Listeners to wait for. */
  readonly listeners?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A file to write stdout to. */
  readonly stdout?: number;
  /** The same for stderr. */
  readonly stderr?: number;
  /** Files that it may have open. */
  readonly openFiles?: number;
  /** What runs it: a command that ends with the program and its arguments. */
  readonly within?: readonly string[];
}

export const source = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

/** Starts the program, whatever comes of it. */
export const spawnServer = (
  args: readonly string[],
  { program = source, env = {}, stdout, stderr, openFiles, within = [] }: ServerOptions = {},
): ChildProcess => {
  const limit = openFiles === undefined ? ':' : `ulimit -n ${openFiles}`;
  return spawn('sh', ['-c', `${limit}; exec "$@"`, 'sh', ...within, process.execPath, program, 'serve', ...args], {
    stdio: ['ignore', stdout ?? 'pipe', stderr ?? 'pipe'],
    env: { ...process.env, ...env },
  });
};

/** A signal that stops a process reaches its threads one after the other. Elsewhere than on Linux that is not seen. */
const isStopped = (pid: number): boolean =>
  process.platform !== 'linux' ||
  readdirSync(`/proc/${pid}/task`).every((task) =>
    /\) T /.test(readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8')),
  );

/** Collects what a started program says and how it ends. */
export const watch = (child: ChildProcess): Omit<Server, 'ports' | 'port'> => {
  const out: string[] = [];
  const err: string[] = [];
  const parsed: Line[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    out.push(chunk);
    rest += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => err.push(chunk));
  const stdout = (): string => out.join('');
  const stderr = (): string => err.join('');
  const events = (): readonly Line[] => {
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) parsed.push(JSON.parse(line));
    return parsed;
  };
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
  return {
    pid: child.pid ?? 0,
    stdout,
    events,
    event: async (kind, wanted = {}) => {
      const find = (): Line | undefined =>
        events().find(
          (event) => event.event === kind && Object.entries(wanted).every(([name, value]) => event[name] === value),
        );
      await until(() => find() !== undefined, `${kind} ${JSON.stringify(wanted)}`).catch((cause: unknown) => {
        throw new Error(`no ${kind} ${JSON.stringify(wanted)} in:\n${stdout().slice(-5000)}\nstderr: ${stderr()}`, {
          cause,
        });
      });
      return find() ?? {};
    },
    stderr,
    pause: () => void child.stdout?.pause(),
    resume: () => void child.stdout?.resume(),
    hangUp: () => void child.stdout?.destroy(),
    signal: (name) => void child.kill(name),
    stop: async () => {
      child.kill('SIGSTOP');
      await until(() => isStopped(child.pid ?? 0), 'the server to stand still');
    },
    exited,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      await exited;
    },
  };
};

/** Starts a server and waits until it listens. */
export const startServer = async (args: readonly string[], options: ServerOptions = {}): Promise<Server> => {
  const child = spawnServer(args, options);
  const server = watch(child);
  const ports = (): number[] =>
    [...server.stdout().matchAll(/^.*listening.*:(\d+)"?\}?$/gm)].map(([, port]) => Number(port));
  try {
    await until(() => ports().length === (options.listeners ?? 1) || child.exitCode !== null, 'the server to listen');
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  const [port = 0] = ports();
  if (port === 0) throw new Error(`it does not listen: ${server.stdout()}${server.stderr()}`);
  return { ...server, port, ports: ports() };
};
