import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Network, openNetwork, requireNetworks } from '../support/net/network.ts';
import { requireProgram } from '../support/program.ts';

const script = fileURLToPath(new URL('./in-network.ts', import.meta.url));

/** A connection in a network of its own, until something is done to that; then how the connection ended. */
const breakOff = async (how: (network: Network, port: string) => void): Promise<unknown> => {
  const network = await openNetwork();
  // A packet that is not answered is sent once more, and no oftener: the kernel gives up within a second (tcp(7)).
  network.run('echo 1 > /proc/sys/net/ipv4/tcp_retries2');
  const [command = '', ...args] = [...network.inside, process.execPath, script];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = (await lines.next()).value ?? '';
  how(network, port);
  child.stdin.write('\n');
  const told: unknown = JSON.parse((await lines.next()).value ?? '');
  await once(child, 'exit');
  return told;
};

describe.runIf(requireNetworks() && requireProgram('ss'))('a connection that the kernel breaks off', () => {
  it('because the peer answers no more: ETIMEDOUT', async () => {
    const told = await breakOff((network) => network.run('ip link set lo down'));
    expect(told).toEqual({
      how: 'error',
      error: 'ETIMEDOUT',
      verdict: expect.stringMatching(
        /^broken off: the peer answers no more \(ETIMEDOUT\), after [\d.]+ (?:ms|s); 1 read, 5 B; 19 B sent, 14 B of them our own; not known how much of 19 B arrived$/u,
      ),
      ladder: ['us accept', 'us recv', 'us send', 'us send', 'us closed'],
    });
  });

  it('because an administrator wants it: ECONNABORTED', async () => {
    const told = await breakOff((network, port) => network.run(`ss -K state established sport = :${port}`));
    expect(told).toMatchObject({
      how: 'error',
      error: 'ECONNABORTED',
      verdict: expect.stringMatching(
        /^broken off: this machine ended it \(ECONNABORTED\), after .+; 1 read, 5 B; all 5 B echoed; not known how much of 5 B arrived$/u,
      ),
      ladder: ['us accept', 'us recv', 'us send', 'us closed'],
    });
  });
});
