import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { until } from '../wait.ts';

const program = fileURLToPath(new URL('./deaf-server.ts', import.meta.url));

/** A server that accepts nothing, and whose queue of connections is full: the kernel drops each further SYN. */
export interface Deaf {
  readonly port: number;
  /** Resolves once a SYN was dropped since it was opened. */
  dropped(): Promise<void>;
  /** From now on it accepts and echoes. The kernel answers a SYN that is sent again, one second after the first. */
  listen(): void;
}

/** SYNs that listeners of this machine have dropped so far: ListenDrops of netstat(8). */
const drops = (): number => {
  const [names, values] = readFileSync('/proc/net/netstat', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' '));
  return Number(values?.[names?.indexOf('ListenDrops') ?? -1]);
};

export const openDeaf = async (host: string): Promise<Deaf> => {
  const child = spawn(process.execPath, [program, host], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  const [line] = await once(child.stdout, 'data');
  const port = Number(line);
  const queued = Array.from({ length: 2 }, () => connect(port, host));
  onTestFinished(() => {
    for (const socket of queued) socket.destroy();
  });
  await Promise.all(
    queued.map((socket) =>
      once(
        socket.on('error', () => undefined),
        'connect',
      ),
    ),
  );
  const before = drops();
  return {
    port,
    dropped: () => until(() => drops() > before, 'the kernel to drop a SYN'),
    listen: () => void child.stdin.write('\n'),
  };
};
