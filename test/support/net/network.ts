import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { requireProgram, skipBecause } from '../program.ts';

/** A network of its own, with loopback and nothing else until `run` adds to it. Gone with the test. */
export interface Network {
  /** What runs a program inside: a command that ends with the program and its arguments. */
  readonly inside: readonly string[];
  /** For `ip link set … netns`. */
  readonly pid: number;
  /** Runs a line of shell inside; throws where it fails. */
  run(line: string): void;
  /** Ends it now: its interfaces are gone, and what ran in it is cut off. */
  close(): Promise<void>;
}

/** Without root the network comes with a user of its own who may do anything in it. */
const own = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];

/** Whether networks can be made here; says so where they cannot, and throws there on a CI machine. */
export function requireNetworks(): boolean {
  if (!['unshare', 'nsenter', 'ip'].every(requireProgram)) return false;
  if (spawnSync('unshare', [...own, '--net', 'ip', 'link', 'add', 'type', 'veth']).status === 0) return true;
  return skipBecause('this machine lets nobody make a network namespace');
}

export async function openNetwork(): Promise<Network> {
  // It lives as long as its one process, which ends with its input.
  const holder = spawn('unshare', [...own, '--net', 'sh', '-c', 'ip link set lo up && echo up && exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(holder, 'exit');
  const close = async (): Promise<void> => {
    holder.stdin.end();
    await exited;
  };
  onTestFinished(close);
  await once(holder.stdout, 'data');
  const pid = holder.pid ?? 0;
  const users = own.length > 0 ? ['--user', '--preserve-credentials'] : [];
  const inside = ['nsenter', '--target', String(pid), ...users, '--net'];
  return {
    inside,
    pid,
    run: (line) => {
      const [command = '', ...args] = [...inside, 'sh', '-ec', line];
      const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${line}: ${stderr}`);
    },
    close,
  };
}
