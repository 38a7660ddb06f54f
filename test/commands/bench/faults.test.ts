import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closedEndpoint, serveTcp, serveUdp } from '../../e2e/send-run.ts';
import { alters, answering, at, confuses, doubles, endsAfter, loses, reverses } from './faulty.ts';
import { bench, benchUntil, type Outcome } from './run.ts';

/** A server in a process of its own that is stopped: the kernel takes as many connections as its backlog says. */
const deafServer = async (): Promise<string> => {
  const listen =
    "const s=require('node:net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},()=>console.log(s.address().port))";
  const server = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    server.kill('SIGKILL');
  });
  const [port] = await once(server.stdout, 'data');
  server.kill('SIGSTOP');
  return `127.0.0.1:${String(port).trim()}`;
};

/** What bench says of a server, with its endpoint left out, and the errors and corrupt data that it counts. */
const verdictOf = ({ status, stdout, stderr }: Outcome, endpoint: string) => {
  const { errors, corrupt } = JSON.parse(stdout);
  return { status, errors, corrupt, said: stderr.replaceAll(endpoint, 'HERE').trimEnd().split('\n') };
};

/** The same of a run that ends when its last connection has failed, long before its time, unless `args` name another. */
const verdict = async (endpoint: string, ...args: readonly string[]) => {
  const duration = args.includes('--duration') ? [] : ['--duration', '1m'];
  return verdictOf(await bench('--to', endpoint, '--json', ...duration, ...args), endpoint);
};

/** One connection, as most faults need it. */
const one = ['--connections', '1', '--size', '100'] as const;

/** How a line says that it happened so many times, as a pattern. Which of several connections was first, nobody knows. */
const times = (count: number): string =>
  count === 1 ? '\\(on connection 1\\)' : `\\(${count} times, first on connection \\d+\\)`;

const said = (line: string, count: number) =>
  expect.stringMatching(new RegExp(`^echoscope: recv: HERE: ${line} ${times(count)}$`));
const differs = (offset: string, count: number) => said(`the echo differs at offset ${offset}: 0x.., not 0x..`, count);
const silent = (where: string, count: number) =>
  said(`silence for [2-9]\\.\\d\\d s \\(ETIMEDOUT\\) at offset ${where}`, count);

// What holds for one thread holds for several, each with a connection of its own.
describe.each([1, 2])('bench in %i threads reports a server that', (threads) => {
  const connected = (connections: number) => ['--connections', `${connections}`, '--threads', `${threads}`];
  const each = [...connected(threads), '--size', '100'];

  it.each(['pingpong', 'stream'])('alters a byte: %s', async (mode) => {
    const found = await verdict(await serveTcp(alters), ...each, '--mode', mode);
    expect(found).toEqual({ status: 1, errors: 0, corrupt: threads, said: [differs('1,000', threads)] });
  });

  it('alters a byte of each short connection, and ends after 100 in each thread', async () => {
    const corrupt = 100 * threads;
    const found = await verdict(await serveTcp(at(3, (byte) => [byte ^ 1])), '--mode', 'connect', ...each);
    expect(found).toEqual({ status: 1, errors: 0, corrupt, said: [differs('3', corrupt)] });
  });

  it('loses a byte, and a stream goes on', async () => {
    const found = await verdict(await serveTcp(loses), ...each, '--mode', 'stream');
    expect(found).toEqual({ status: 1, errors: 0, corrupt: threads, said: [differs('1,00.', threads)] });
  });

  it('doubles a byte', async () => {
    const found = await verdict(await serveTcp(doubles), ...each);
    expect(found).toEqual({ status: 1, errors: 0, corrupt: threads, said: [differs('1,001', threads)] });
  });

  it.each([
    ['100', '100'],
    // The period of the pattern: the second answer is what would come next.
    ['4093', '4,093'],
  ])('answers %s bytes twice', async (size, offset) => {
    const twice = await serveTcp(answering((chunk) => Buffer.concat([chunk, chunk])));
    const found = await verdict(twice, ...connected(threads), '--size', size);
    const early = said(`no echo: the byte at offset ${offset} came before it was sent`, threads);
    expect(found).toEqual({ status: 1, errors: 0, corrupt: threads, said: [early] });
  });

  it('answers in another order', async () => {
    const found = await verdict(await serveTcp(reverses), ...each);
    expect(found).toEqual({ status: 1, errors: 0, corrupt: threads, said: [differs('0', threads)] });
  });

  it('sends each client what another one sent', async () => {
    const { status, corrupt } = await verdict(await serveTcp(confuses(2)), ...connected(2));
    expect({ status, corrupt }).toEqual({ status: 1, corrupt: 2 });
  });

  it('closes early', async () => {
    const found = await verdict(await serveTcp(endsAfter(1000, (socket) => socket.end())), ...each);
    const closed = said('the peer closed at offset 900, 100 bytes short', threads);
    expect(found).toEqual({ status: 1, errors: threads, corrupt: 0, said: [closed] });
  });

  it('breaks connections off', async () => {
    const found = await verdict(await serveTcp(endsAfter(1000, (socket) => socket.resetAndDestroy())), ...connected(3));
    const words =
      'connection reset by peer \\(ECONNRESET\\) — the peer broke the connection off; its own messages may say why';
    expect(found).toEqual({ status: 1, errors: 3, corrupt: 0, said: [said(words, 3)] });
  });

  // All at once: each costs the whole patience. The first answer is the one that lacks a byte.
  it('stays silent', async () => {
    const soon = ['--duration', '300ms'];
    const found = await Promise.all([
      verdict(await serveTcp(at(999, () => [])), ...connected(threads), '--size', '1000', ...soon),
      verdict(await serveTcp((socket) => socket.resume()), ...connected(3), '--mode', 'stream', ...soon),
      verdict(await serveTcp(() => undefined), ...each, ...soon),
      verdict(await serveTcp(answering((chunk) => chunk, false)), '--mode', 'connect', ...each, ...soon),
    ]);
    expect(found).toEqual(
      [
        { errors: threads, said: [silent('999, 1 byte short', threads)] },
        { errors: 3, said: [silent('0, [\\d,]+ bytes short', 3)] },
        { errors: threads, said: [silent('0, 100 bytes short', threads)] },
        { errors: threads, said: [silent('100, the peer has not closed', threads)] },
      ].map((wanted) => ({ status: 1, corrupt: 0, ...wanted })),
    );
  });

  it('answers late: that is no error', async () => {
    const lateMs = 1000;
    const late = (socket: Socket) => socket.on('data', (chunk) => setTimeout(() => socket.write(chunk), lateMs));
    const { status, stdout, stderr } = await bench(
      '--to',
      await serveTcp(late),
      '--json',
      '--duration',
      '50ms',
      ...each,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { roundTrips, latency } = JSON.parse(stdout);
    expect(roundTrips, 'within the time').toBe(0);
    expect(latency.p50).toBeGreaterThanOrEqual(lateMs - 1);
  });

  it('stops accepting', async () => {
    const { errors, said, ...found } = await verdict(await deafServer(), ...connected(6), '--duration', '300ms');
    expect({ ...found, errors }).toEqual({ status: 1, errors: 6, corrupt: 0 });
    expect(said).toEqual([
      expect.stringMatching(
        /^echoscope: connect: HERE: no answer for 3\.00 s \(ETIMEDOUT\) — is the server's backlog full\? Try fewer connections \(\d times, first on connection \d\)$/,
      ),
      expect.stringMatching(
        /^echoscope: recv: HERE: silence for [2-9]\.\d\d s \(ETIMEDOUT\) at offset 0, 64 bytes short \(/,
      ),
    ]);
  });

  it.each(['pingpong', 'stream', 'connect'])('is not there: %s', async (mode) => {
    const { status, errors, said } = await verdict(closedEndpoint, '--mode', mode, ...connected(2));
    expect({ status, said }).toEqual({
      status: 1,
      said: [
        expect.stringMatching(
          /^echoscope: connect: HERE: connection refused \(ECONNREFUSED\) — nothing listens there; start a server: echoscope serve tcp:\/\/HERE \(\d+ times, first on connection \d\)$/,
        ),
      ],
    });
    // Those that were under way when the last one was too much are counted, too.
    expect(errors).toBe(mode === 'connect' ? 100 * threads + 2 - threads : 2);
  });
});

describe('bench', () => {
  it('reports ETIMEDOUT where a server stops accepting, also of one that is named by host', async () => {
    const server = (await deafServer()).replace('127.0.0.1', 'localhost');
    // They fill its backlog: what comes behind them hears nothing.
    for (let n = 0; n < 4; n += 1) {
      const before = connect(Number(server.split(':')[1]), '127.0.0.1').on('error', () => undefined);
      onTestFinished(() => void before.destroy());
      if (n < 2) await once(before, 'connect');
    }
    expect(await verdict(server, ...one)).toEqual({
      status: 1,
      errors: 1,
      corrupt: 0,
      said: [expect.stringMatching(/^echoscope: connect: HERE: .+ \(ETIMEDOUT\).* \(on connection 1\)$/)],
    });
  });
});

describe('bench over UDP reports a server that', () => {
  it.each([
    ['loses', () => [], /recv: HERE: no answer to datagram 5 within 1\.00 s — .* \(on connection 1\)/],
    ['alters', (datagram: Buffer) => [Buffer.from(datagram).fill(0, 7, 8)], /the echo differs at offset 407: 0x00/],
    ['doubles', (datagram: Buffer) => [datagram, datagram], /datagram 5 was answered more than once/],
    ['cuts', (datagram: Buffer) => [datagram.subarray(0, 99)], /the answer to datagram 5 has 99 bytes, not 100/],
    ['empties', () => [Buffer.alloc(0)], /the answer to datagram 5 has 0 bytes, not 100/],
  ])('%s a datagram', async (_what, answer, line) => {
    let asked = 0;
    const server = await serveUdp((datagram) => (++asked === 5 ? answer(datagram) : [datagram]));
    // Datagram 7 is sent once the answer to 6 has come, and with it all that was sent back for 5.
    const outcome = await benchUntil(() => asked >= 7, 'datagram 7', '--to', server, '--json', ...one);
    const { status, said } = verdictOf(outcome, server);
    expect({ status, said }).toEqual({ status: 130, said: [expect.stringMatching(line)] });
  });

  it('is not there', async () => {
    const { status, errors, said } = await verdict(`udp://${closedEndpoint}`, ...one);
    expect({ status, errors, said }).toEqual({ status: 1, errors: 1, said: [expect.stringMatching(/ECONNREFUSED/)] });
  });

  it('answers a datagram that was given up: it is counted once', async () => {
    const asked: Buffer[] = [];
    // The first is given up after a second; its answer comes when the second one is asked for.
    const server = await serveUdp((datagram) => {
      asked.push(datagram);
      return asked.length === 1 ? [] : asked.length === 2 ? asked : [datagram];
    });
    const outcome = await benchUntil(() => asked.length >= 4, 'datagram 4', '--to', server, '--json', ...one);
    expect(verdictOf(outcome, server)).toEqual({
      status: 130,
      errors: 1,
      corrupt: 0,
      said: [
        'echoscope: recv: HERE: no answer to datagram 1 within 1.00 s — is its buffer full? Try fewer connections (on connection 1)',
      ],
    });
  });
});
