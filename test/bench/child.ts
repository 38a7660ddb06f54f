import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** A program that this run started. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  /** All of its stdout so far; empty where nobody asked for it. */
  stdout(): string;
  /** The end of what it complained of. */
  stderr(): string;
  /** Null while it runs, and then how it ended, in words. */
  ending(): string | null;
  /** Settles when it is gone and all its output has come. */
  readonly ended: Promise<void>;
}

export type Command = readonly [program: string, ...args: string[]];

/** How long a program may take to go when it is asked to, ms. */
const graceMs = 3000;
const keptComplaint = 2000;

/** Process groups that are still there. */
const groups = new Set<number>();

// However this process ends, short of SIGKILL, nothing that it started stays behind.
process.once('exit', () => {
  for (const group of groups) signal(group, 'SIGKILL');
});

/**
 * Starts a program in a process group of its own, so that it goes together with all that it starts: socat and ncat have a
 * process for each connection. Unless its output is wanted it goes to /dev/null: to read it would cost the machine
 * something that no user of the program pays.
 */
export const startChild = (
  [program, ...args]: Command,
  { stdin = 'ignore', stdout = 'ignore' }: Readonly<Partial<Record<'stdin' | 'stdout', 'ignore' | 'pipe'>>> = {},
): Child => {
  const child = spawn(program, args, { detached: true, stdio: [stdin, stdout, 'pipe'] });
  const group = child.pid ?? 0;
  if (group > 0) groups.add(group);
  let output = '';
  let complaint = '';
  let ending: string | null = null;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-keptComplaint);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ending = error.message;
      resolve();
    });
    child.once('exit', (status, name) => {
      ending = name === null ? `exit status ${status}` : name;
    });
    child.once('close', () => resolve());
  });
  return {
    pid: group,
    stdout: () => output,
    stderr: () => complaint.trim(),
    ending: () => ending,
    ended,
    [Symbol.asyncDispose]: async () => {
      if (group === 0) return;
      if (ending === null) {
        signal(group, 'SIGTERM');
        await Promise.race([ended, delay(graceMs, undefined, { ref: false })]);
      }
      signal(group, 'SIGKILL');
      await ended;
      groups.delete(group);
    },
  };
};

/** Signals a process group; one that is gone needs no signal. */
function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
