import { describe, expect, it } from 'vitest';
import { builtProgram } from '../e2e/program.ts';
import type { Place } from '../support/net/free-port.ts';
import { requireProgram } from '../support/program.ts';
import { bracketed, type Listening, startListening } from './listening.ts';
import { block, sumOf, useMass } from './mass.ts';
import { run, startTool, type Tool } from './tool.ts';

const tcp4: Place = { transport: 'tcp', host: '127.0.0.1' };
const tcp6: Place = { transport: 'tcp', host: '::1' };
const udp4: Place = { transport: 'udp', host: '127.0.0.1' };
const udp6: Place = { transport: 'udp', host: '::1' };

const well = { status: 0, signal: null };

const startSend = (...args: readonly string[]): Tool => startTool(process.execPath, [builtProgram(), 'send', ...args]);

/** Sends bytes, half-closes at once, and has them all back. Over UDP each line of them is a datagram. */
const expectEcho = async ({ to }: Listening, bytes = block): Promise<void> => {
  const sender = startSend('--expect-echo', '--to', to);
  sender.end(bytes);
  expect({ ...(await sender.exited), stderr: sender.stderr() }).toEqual({ ...well, stderr: '' });
  expect(sender.received().equals(bytes)).toBe(true);
};

/** Sends bytes and half-closes once they are back: the way with an echo that does not outlive its peer's FIN. */
const expectEchoBeforeFin = async ({ to }: Listening): Promise<void> => {
  const sender = startSend('--expect-echo', '--to', to);
  sender.write(block);
  await sender.receive(block.length);
  sender.end();
  expect({ ...(await sender.exited), stderr: sender.stderr() }).toEqual({ ...well, stderr: '' });
  expect(sender.received().equals(block)).toBe(true);
};

/** Asks a server that was fed the answer, both ways to the end. */
const expectAnswer = async (server: Listening): Promise<void> => {
  server.end(block);
  const sender = startSend('--to', server.to, 'a question');
  expect({ ...(await sender.exited), stderr: sender.stderr() }).toEqual({ ...well, stderr: '' });
  expect(sender.received().equals(block)).toBe(true);
  expect(await server.exited).toEqual(well);
  expect(server.received().toString()).toBe('a question');
};

describe.runIf(requireProgram('nc'))('send to nc -l', () => {
  const mass = useMass();

  it.each([tcp4, tcp6])('has everything back from one whose output is its input ($transport $host)', async (place) => {
    const nc = await startListening(place, (host, port) => ['nc', '-v', '-l', host, port], { looped: true });
    await expectEchoBeforeFin(nc);
    expect(await nc.exited).toEqual(well);
  });

  it.each([udp4, udp6])(
    'has each datagram back from one whose output is its input ($transport $host)',
    async (place) => {
      const nc = await startListening(place, (host, port) => ['nc', '-v', '-u', '-l', host, port], { looped: true });
      await expectEcho(nc);
      expect(nc.received().equals(block)).toBe(true);
    },
  );

  it('prints a prepared answer, and the server prints what was sent', async () => {
    await expectAnswer(await startListening(tcp4, (host, port) => ['nc', '-v', '-N', '-l', host, port]));
  });

  it('brings 64 MiB to one that prints them', async () => {
    const { path, sum } = mass();
    const nc = await startListening(tcp4, (host, port) => ['nc', '-v', '-d', '-l', host, port]);
    const { output, ...how } = await run(process.execPath, [builtProgram(), 'send', '--to', nc.to], path);
    expect(how).toEqual({ ...well, stderr: expect.stringContaining(': the peer closed without a reply') });
    expect(output.length).toBe(0);
    expect(await nc.exited).toEqual(well);
    expect(await sumOf([nc.received()])).toEqual(sum);
  });
});

describe.runIf(requireProgram('ncat'))('send to ncat -l', () => {
  it.each([tcp4, tcp6])('has everything back from one whose output is its input ($transport $host)', async (place) => {
    const ncat = await startListening(place, (host, port) => ['ncat', '-v', '-l', host, port], { looped: true });
    await expectEchoBeforeFin(ncat);
    expect(await ncat.exited).toEqual(well);
  });

  it('has everything back from a cat that ncat runs, one after the other', async () => {
    const ncat = await startListening(tcp4, (host, port) => ['ncat', '-v', '-l', '-k', '-e', '/bin/cat', host, port]);
    await expectEchoBeforeFin(ncat);
    await expectEchoBeforeFin(ncat);
  });

  it('has everything back from one that ends its program at a half-close, if our side stays open', async () => {
    const ncat = await startListening(tcp4, (host, port) => ['ncat', '-v', '-l', '-k', '-e', '/bin/cat', host, port]);
    const sender = startSend('--no-half-close', '--timeout', '2s', '--expect-echo', '--to', ncat.to, 'hello');
    expect({ ...(await sender.exited), stderr: sender.stderr() }).toEqual({ ...well, stderr: '' });
    expect(sender.received().toString()).toBe('hello');
  });

  it.each([udp4, udp6])('has each datagram back from a cat that ncat runs ($transport $host)', async (place) => {
    const ncat = await startListening(place, (host, port) => ['ncat', '-v', '-u', '-l', '-e', '/bin/cat', host, port]);
    await expectEcho(ncat);
  });

  it('prints a prepared answer, and the server prints what was sent', async () => {
    await expectAnswer(await startListening(tcp4, (host, port) => ['ncat', '-v', '-l', host, port]));
  });

  it('reports what is missing where ncat drops the answer of its program after a FIN', async () => {
    // The answer comes after the end of the input, when ncat no longer passes anything on.
    const answer = 'x=$(cat); printf %s "$x"';
    const ncat = await startListening(tcp4, (host, port) => ['ncat', '-v', '-l', '--sh-exec', answer, host, port]);
    const sender = startSend('--expect-echo', '--to', ncat.to, 'hello');
    expect(await sender.exited).toEqual({ status: 1, signal: null });
    expect(sender.received()).toHaveLength(0);
    expect(sender.stderr()).toBe(
      `echoscope: recv: ${ncat.to.replace('tcp://', '')}: the reply ends 5 bytes short of the 5 sent\n`,
    );
  });
});

describe.runIf(requireProgram('socat'))('send to socat', () => {
  const mass = useMass();
  const listen = ({ transport, host }: Place, as: string, port: string, options = ''): string => {
    const family = host.includes(':') ? 6 : 4;
    return `${transport}${family}-${as}:${port},bind=${bracketed(host)}${options}`;
  };
  /**
   * socat writes to its pipe while it is the only one to empty it. A piece that the kernel takes whole wherever it
   * takes any (PIPE_BUF, 4096 bytes) never makes it wait for itself.
   */
  const startSocat = (place: Place, as: string, to: string, options = '', piece = 4096): Promise<Listening> =>
    startListening(place, (_, port) => ['socat', '-d', '-d', '-b', `${piece}`, listen(place, as, port, options), to]);

  it.each([tcp4, tcp6])('has everything back from a pipe, one after the other ($transport $host)', async (place) => {
    const socat = await startSocat(place, 'listen', 'pipe', ',fork,reuseaddr');
    await expectEcho(socat);
    await expectEcho(socat);
  });

  it('has 64 MiB back', async () => {
    const { path, sum } = mass();
    const { to } = await startSocat(tcp4, 'listen', 'pipe');
    const args = [builtProgram(), 'send', '--expect-echo', '--to', to];
    expect(await run(process.execPath, args, path)).toEqual({ ...well, output: sum, stderr: '' });
  });

  it('has the answer of a program that waits for its half-close', async () => {
    const { to } = await startSocat(tcp4, 'listen', `system:'x=$(cat); printf "%s heard" "$x"'`);
    const sender = startSend('--to', to, 'a word');
    expect(await sender.exited).toEqual(well);
    expect(sender.received().toString()).toBe('a word heard');
  });

  it('has each datagram back from one that talks to one peer', async () => {
    await expectEcho(await startSocat(udp4, 'listen', 'pipe', '', 65_536));
  });

  it.each([udp4, udp6])('has each datagram back, the largest too, from a pipe for each ($host)', async (place) => {
    const socat = await startSocat(place, 'recvfrom', 'pipe', ',fork', 65_536);
    await expectEcho(socat);
    await expectEcho(socat, Buffer.alloc(65_507, 'x'));
  });
});
