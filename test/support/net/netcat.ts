import { spawn } from 'node:child_process';
import type { Exit } from '../terminal/pty.ts';
import { collect, type Received } from './received.ts';

/** The netcat that people and scripts use, with its input and output in our hands. */
export interface Netcat extends Received {
  write(data: string | Uint8Array): void;
  /** Ends its input; with -N it then half-closes the connection. */
  end(data?: string | Uint8Array): void;
  kill(name?: NodeJS.Signals): void;
  readonly exited: Promise<Exit>;
}

/** Starts `nc` with arguments such as `['-N', '127.0.0.1', '7007']`. What it complains about goes to our stderr. */
export function netcat(args: readonly string[]): Netcat {
  const child = spawn('nc', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  // Writing to a netcat that is gone is no failure of the test; what it received tells.
  child.stdin.on('error', () => undefined);
  return {
    ...collect(child.stdout),
    write: (data) => {
      child.stdin.write(data);
    },
    end: (data) => {
      child.stdin.end(data);
    },
    kill: (name) => {
      child.kill(name);
    },
    exited: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve({ status, signal }));
    }),
  };
}
