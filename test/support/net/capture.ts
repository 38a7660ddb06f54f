import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { requireProgram, skipBecause } from '../program.ts';
import { until } from '../wait.ts';
import { PcapReader, type Segment } from './pcap.ts';

/** Whether loopback can be captured here; says so where it cannot, and throws there on a CI machine. */
export function requireCapture(): boolean {
  if (!requireProgram('tcpdump')) return false;
  const { stdout } = spawnSync('tcpdump', ['-D'], { encoding: 'utf8' });
  return /\blo\b/.test(stdout) || skipBecause('tcpdump may not capture here');
}

/** What tcpdump sees of a port of loopback. */
export interface Capture {
  /** All segments from the start until now, in their order. The port must refuse connections by then. Rejects where one was missed. */
  stop(): Promise<readonly Segment[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startCapture(port: number): Promise<Capture> {
  const args = ['-i', 'lo', '-n', '-U', '--immediate-mode', '-s', '120', '-B', '65536', '-w', '-', `tcp port ${port}`];
  const child = spawn('tcpdump', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const reader = new PcapReader();
  let messages = '';
  child.stdout.on('data', (bytes: Buffer) => reader.push(bytes));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    messages += text;
  });
  await until(() => messages.includes('listening on') || child.exitCode !== null, 'tcpdump to listen');
  return {
    stop: async () => {
      // All that came before is seen when this is.
      const last = connect({ port, host: '127.0.0.1' });
      await once(last, 'error').catch(() => undefined);
      await until(
        () => reader.segments.at(-1)?.flags.rst === true && reader.segments.at(-2)?.flags.syn === true,
        `the refusal of a last connection; ${messages}`,
      );
      child.kill('SIGTERM');
      await exited;
      if (!messages.includes('\n0 packets dropped by kernel')) throw new Error(`tcpdump has gaps: ${messages}`);
      return reader.segments.slice(0, -2);
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}
