import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closedEndpoint, send, serveUdp, startSend } from './send-run.ts';

/** An echo that keeps what it got. */
const listening = async (host?: string): Promise<{ to: string; got: Buffer[] }> => {
  const got: Buffer[] = [];
  const to = await serveUdp((datagram) => {
    got.push(datagram);
    return [datagram];
  }, host);
  return { to, got };
};

describe('send over UDP', () => {
  it('sends each word as a datagram, as it is', async () => {
    const { to, got } = await listening();
    expect(await send(['--expect-echo', '--to', to, 'one', '', '안녕'])).toEqual({
      status: 0,
      signal: null,
      stdout: Buffer.from('one안녕'),
      stderr: '',
    });
    expect(got).toEqual([Buffer.from('one'), Buffer.of(), Buffer.from('안녕')]);
  });

  it('sends each line of stdin as a datagram, its newline and all', async () => {
    const { to, got } = await listening();
    const { status, stdout } = await send(['--expect-echo', '--to', to], 'one\n\ntwo\0\nlast');
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: 'one\n\ntwo\0\nlast' });
    expect(got.map(String)).toEqual(['one\n', '\n', 'two\0\n', 'last']);
  });

  it('sends nothing where stdin is empty', async () => {
    const { to, got } = await listening();
    expect(await send(['--to', to])).toMatchObject({ status: 0, stderr: '' });
    expect(got).toEqual([]);
  });

  it('waits for the reply to one before it sends the next', async () => {
    const order: string[] = [];
    const server = createSocket('udp4', (datagram, { port, address }) => {
      order.push(`asked ${datagram}`);
      setTimeout(() => {
        order.push(`answered ${datagram}`);
        server.send(datagram, port, address);
      }, 50);
    }).bind(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { stdout } = await send(['--to', `udp://127.0.0.1:${server.address().port}`, 'a', 'b', 'c']);
    expect(stdout.toString()).toBe('abc');
    expect(order).toEqual(['a', 'b', 'c'].flatMap((word) => [`asked ${word}`, `answered ${word}`]));
  });

  it('prints a reply while stdin is still open', async () => {
    const { to } = await listening();
    const { child, exited } = startSend(['--to', to]);
    child.stdin.write('first\n');
    const [chunk] = await once(child.stdout, 'data');
    expect(String(chunk)).toBe('first\n');
    child.stdin.end();
    expect((await exited).status).toBe(0);
  });

  it('speaks IPv6', async () => {
    const { to } = await listening('::1');
    expect(await send(['--to', to, 'hello'])).toMatchObject({ status: 0, stdout: Buffer.from('hello') });
  });

  it('finds a server of 127.0.0.1 under the name of localhost', async () => {
    const { to } = await listening();
    const named = to.replace('127.0.0.1', 'localhost');
    expect(await send(['--to', named, 'hello'])).toMatchObject({ status: 0, stdout: Buffer.from('hello') });
  });

  it('carries 65,507 bytes, and refuses one more before it is sent', async () => {
    const { to, got } = await listening();
    const { status, stdout } = await send(['--expect-echo', '--to', to], Buffer.alloc(65_507, 'x'));
    expect({ status, length: stdout.length }).toEqual({ status: 0, length: 65_507 });
    const refused = await send(['--to', to], Buffer.concat([Buffer.from('ok\n'), Buffer.alloc(65_508, 'x')]));
    expect({ status: refused.status, stdout: refused.stdout.toString() }).toEqual({ status: 1, stdout: 'ok\n' });
    expect(refused.stderr).toMatch(
      /^echoscope: send: udp:\S+: datagram 2 is too long \(EMSGSIZE\) — .*65,507 bytes.*\n$/,
    );
    expect(got.length).toBe(2);
  });

  it('does not wait for the end of a line that is too long', async () => {
    const { to } = await listening();
    const { child, exited } = startSend(['--to', to]);
    child.stdin.write(Buffer.alloc(200_000, 'x'));
    expect(await exited).toMatchObject({ status: 1, stderr: expect.stringContaining('EMSGSIZE') });
  });
});

describe('a failure over UDP: one line, status 1', () => {
  it('nothing listens', async () => {
    const to = `udp://${closedEndpoint}`;
    const { status, stderr } = await send(['--to', to, 'hello']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^echoscope: recv: udp:\S+: connection refused \(ECONNREFUSED\) — [^\n]+\n$/);
  });

  it('no reply, after those that came', async () => {
    const to = await serveUdp((datagram) => (String(datagram) === 'two' ? [] : [datagram]));
    const { status, stdout, stderr } = await send(['--to', to, '--timeout', '1s', 'one', 'two', 'three']);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: 'one' });
    expect(stderr).toMatch(/^echoscope: recv: udp:\S+: no answer for 1s \(ETIMEDOUT\) — [^\n]+\n$/);
  });

  it('a reply that differs, with --expect-echo', async () => {
    const to = await serveUdp((datagram) => [Buffer.from(String(datagram).replace('two', 'tWo'))]);
    const { status, stdout, stderr } = await send(['--to', to, '--expect-echo', 'one', 'two', 'three']);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: 'onetWo' });
    expect(stderr).toBe(
      `echoscope: recv: ${to}: the reply to datagram 2 differs from what was sent at offset 1: 0x57, not 0x77\n`,
    );
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while waiting: status %d', async (signal, wanted) => {
    const to = await serveUdp((datagram) => (String(datagram) === 'two' ? [] : [datagram]));
    const { child, exited } = startSend(['--to', to, 'one', 'two']);
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await exited).toEqual({ status: wanted, signal: null, stdout: Buffer.from('one'), stderr: '' });
  });
});
