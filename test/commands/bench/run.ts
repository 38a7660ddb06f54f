import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { builtProgram, crashing } from '../../e2e/program.ts';
import { until } from '../../support/wait.ts';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A bench in a process of its own. */
export interface Running {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** What it has said so far. */
  readonly stderr: () => string;
  readonly exited: Promise<Outcome>;
}

/** Starts the built program's `bench` with pipes for both outputs. It ends with the test. */
export const startBench = (...args: readonly string[]): Running =>
  start(process.execPath, [builtProgram(), 'bench', ...args]);

/** The same from a shell command that starts the program as "$@", for what only a shell can do. */
export const startBenchIn = (shell: string, ...args: readonly string[]): Running =>
  start('sh', ['-c', shell, 'sh', process.execPath, builtProgram(), 'bench', ...args]);

/** The same in a process that fails on SIGUSR2 in the way named (see e2e/crash.ts). */
export const startCrashing = (how: string, ...args: readonly string[]): Running => {
  const variables = Object.entries(crashing(how)).map(([name, value]) => `${name}='${value}'`);
  return startBenchIn(`${variables.join(' ')} exec "$@"`, ...args);
};

function start(file: string, args: readonly string[]): Running {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = once(child, 'close').then(() => ({ status: child.exitCode, stdout, stderr }));
  return { kill: (signal) => child.kill(signal), stderr: () => stderr, exited };
}

/** Runs `bench` to its end. */
export const bench = (...args: readonly string[]): Promise<Outcome> => startBench(...args).exited;

/** Lets `bench` run until something has happened, and ends it with SIGINT: it prints what it has counted, status 130. */
export const benchUntil = async (
  happened: () => boolean,
  what: string,
  ...args: readonly string[]
): Promise<Outcome> => {
  const running = startBench('--duration', '1m', ...args);
  await until(happened, what);
  running.kill('SIGINT');
  return running.exited;
};
