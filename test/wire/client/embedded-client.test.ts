import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ClientEvent } from '../../../src/engine/protocol.ts';
import type { Endpoint } from '../../../src/text/endpoint.ts';
import { startWire, type Wire } from '../../support/net/wire.ts';
import { patienceMs, until } from '../../support/wait.ts';

const told = async <T extends ClientEvent['type']>(
  wire: Wire,
  type: T,
  nth = 1,
): Promise<Extract<ClientEvent, { type: T }>> => {
  const all = (): Extract<ClientEvent, { type: T }>[] =>
    wire.clientEvents.filter((event): event is Extract<ClientEvent, { type: T }> => event.type === type);
  await until(() => all().length >= nth, `the client to tell '${type}' ${nth} times`);
  const event = all()[nth - 1];
  if (event === undefined) throw new Error(type);
  return event;
};

const home = (wire: Wire): Endpoint => ({ transport: 'tcp', host: '127.0.0.1', port: wire.port });

/** A server of the test's own, for what the embedded one never does. */
const serve = async (onConnection: (socket: Socket) => void): Promise<{ server: Server; endpoint: Endpoint }> => {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, endpoint: { transport: 'tcp', host: '127.0.0.1', port: address.port } };
};

describe('the embedded client', () => {
  it('is a connection like any other to the server', async () => {
    await using wire = await startWire();
    wire.engine.tellClient({ type: 'connect', endpoint: home(wire) });
    const { local } = await told(wire, 'connected');
    expect(await wire.row((row) => row.state === 'ESTABLISHED', 'is open')).toMatchObject({ id: 1, peer: local });
  });

  it('gets each message back with the round trip it took', async () => {
    await using wire = await startWire();
    wire.engine.tellClient({ type: 'connect', endpoint: home(wire) });
    await told(wire, 'connected');
    for (const [n, text] of ['hello', '안녕 🙂', '\0'].entries()) {
      wire.engine.tellClient({ type: 'send', id: n + 1, bytes: Buffer.from(text) });
      const sent = await told(wire, 'sent', n + 1);
      const received = await told(wire, 'received', n + 1);
      expect(Buffer.from(received.bytes).toString()).toBe(text);
      expect(received).toMatchObject({ id: n + 1, skipped: 0 });
      expect(received.roundTripMs).toBeGreaterThan(0);
      expect(received.roundTripMs).toBeLessThanOrEqual(received.at - sent.at);
    }
  });

  it('takes the round trip in the worker: a busy main thread does not lengthen it', async () => {
    await using wire = await startWire();
    wire.engine.tellClient({ type: 'connect', endpoint: home(wire) });
    await told(wire, 'connected');
    const row = await wire.row(() => true, 'is there');
    const began = performance.now();
    wire.engine.tellClient({ type: 'send', id: 1, bytes: Buffer.from('quick') });
    // Shared memory tells that the answer has come. Only the worker can know that from here on nothing took time.
    const hasCome = () => wire.calls(row)?.client?.calls.some(({ call }) => call === 'recv') ?? false;
    while (!hasCome() && performance.now() - began < patienceMs);
    const tookMs = performance.now() - began;
    while (performance.now() - began < tookMs + 300);
    const { roundTripMs } = await told(wire, 'received');
    expect(roundTripMs).toBeLessThanOrEqual(tookMs);
  });

  it('sorts bytes that come in one piece to the messages they answer, as long as they are an echo', async () => {
    await using wire = await startWire();
    let first = true;
    const { server, endpoint } = await serve((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        const all = Buffer.concat(chunks);
        if (all.length !== 5) return;
        chunks.length = 0;
        if (first) socket.write(all);
        else socket.end(Buffer.concat([all, Buffer.from('more')]));
        first = false;
      });
    });
    wire.engine.tellClient({ type: 'connect', endpoint });
    await told(wire, 'connected');
    wire.engine.tellClient({ type: 'send', id: 7, bytes: Buffer.from('ab') });
    wire.engine.tellClient({ type: 'send', id: 8, bytes: Buffer.from('cde') });
    await told(wire, 'received', 2);
    wire.engine.tellClient({ type: 'send', id: 9, bytes: Buffer.from('fghij') });
    await told(wire, 'ended');
    const received = wire.clientEvents.filter((event) => event.type === 'received');
    expect(received.map(({ id, bytes }) => [id, Buffer.from(bytes).toString()])).toEqual([
      [7, 'ab'],
      [8, 'cde'],
      [null, 'fghijmore'],
    ]);
    expect(received.map(({ roundTripMs }) => roundTripMs === null)).toEqual([false, false, true]);
    expect(await told(wire, 'compares')).toMatchObject({ compares: false, deviated: true });
    server.close();
  });

  it('connects anew when asked, and the old connection is closed with FIN', async () => {
    await using wire = await startWire();
    wire.engine.tellClient({ type: 'connect', endpoint: home(wire) });
    const { local } = await told(wire, 'connected');
    wire.engine.tellClient({ type: 'connect', endpoint: home(wire) });
    const again = await told(wire, 'connected', 2);
    expect(again.local).not.toBe(local);
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed', local)).toMatchObject({ how: 'fin' });
    wire.engine.tellClient({ type: 'send', id: 1, bytes: Buffer.from('again') });
    expect(Buffer.from((await told(wire, 'received')).bytes).toString()).toBe('again');
    expect(wire.clientEvents.map((event) => event.type)).toEqual([
      'connecting',
      'connected',
      'disconnected',
      'connecting',
      'connected',
      'sent',
      'received',
    ]);
  });

  it('says why it can not connect', async () => {
    await using wire = await startWire();
    const { server, endpoint } = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    wire.engine.tellClient({ type: 'connect', endpoint });
    expect((await told(wire, 'disconnected')).fault).toMatchObject({
      stage: 'connect',
      code: 'ECONNREFUSED',
      endpoint,
    });
  });

  it('takes no server for an echo that answers something else', async () => {
    await using wire = await startWire();
    const { server, endpoint } = await serve((socket) => {
      socket.write('220 ready\r\n');
      socket.on('data', () => socket.write('250 all is well\r\n'));
    });
    onTestFinished(() => void server.close());
    wire.engine.tellClient({ type: 'connect', endpoint });
    await told(wire, 'received');
    for (const [n, text] of ['HELO me and a long line behind it\r\n', 'NOOP\r\n'].entries()) {
      wire.engine.tellClient({ type: 'send', id: n + 1, bytes: Buffer.from(text) });
      await told(wire, 'received', n + 2);
    }
    const received = wire.clientEvents.filter((event) => event.type === 'received');
    const shown = received.map(({ id, bytes, roundTripMs, differs }) => [
      Buffer.from(bytes).toString(),
      id,
      roundTripMs,
      differs,
    ]);
    const plain = [null, null, null];
    expect(shown).toEqual([
      ['220 ready\r\n', ...plain],
      ['250 all is well\r\n', ...plain],
      ['250 all is well\r\n', ...plain],
    ]);
    wire.engine.tellClient({ type: 'disconnect' });
    expect(await told(wire, 'disconnected')).toMatchObject({ unanswered: 0 });
  });

  it('says why it lost its connection, and what was not answered', async () => {
    await using wire = await startWire();
    const { server, endpoint } = await serve((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (bytes) => {
        socket.write(bytes);
        socket.once('data', () => socket.resetAndDestroy());
      });
    });
    wire.engine.tellClient({ type: 'connect', endpoint });
    await told(wire, 'connected');
    wire.engine.tellClient({ type: 'send', id: 1, bytes: Buffer.from('hello') });
    await told(wire, 'received');
    wire.engine.tellClient({ type: 'send', id: 2, bytes: Buffer.from('hello?') });
    expect(await told(wire, 'disconnected')).toMatchObject({
      fault: { stage: 'recv', code: 'ECONNRESET' },
      unanswered: 1,
    });
    server.close();
  });

  it('half-closes when asked', async () => {
    await using wire = await startWire();
    wire.engine.tellClient({ type: 'connect', endpoint: home(wire) });
    await told(wire, 'connected');
    wire.engine.tellClient({ type: 'half-close' });
    expect((await told(wire, 'disconnected')).fault).toBeNull();
    expect(await wire.row((row) => row.state === 'CLOSED', 'is closed')).toMatchObject({ how: 'fin' });
  });

  it('tells that it has half-closed, and then takes no more messages', async () => {
    await using wire = await startWire();
    const { server, endpoint } = await serve((socket) => socket.on('data', () => undefined));
    wire.engine.tellClient({ type: 'connect', endpoint });
    await told(wire, 'connected');
    wire.engine.tellClient({ type: 'half-close' });
    await told(wire, 'finished');
    wire.engine.tellClient({ type: 'send', id: 1, bytes: Buffer.from('too late') });
    wire.engine.tellClient({ type: 'part', id: 2, bytes: Buffer.from('too late'), last: true });
    expect(await told(wire, 'taken')).toMatchObject({ id: 2, bytes: 0 });
    expect(wire.clientEvents.map(({ type }) => type)).not.toContain('sent');
    expect(await told(wire, 'unsent')).toMatchObject({ id: 1, length: 8, why: 'closed' });
    wire.engine.tellClient({ type: 'disconnect' });
    server.close();
  });

  it('breaks off with RST when asked', async () => {
    await using wire = await startWire();
    const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException>();
    const { server, endpoint } = await serve((socket) => socket.on('error', resolve));
    wire.engine.tellClient({ type: 'connect', endpoint });
    await told(wire, 'connected');
    wire.engine.tellClient({ type: 'reset' });
    expect(await told(wire, 'disconnected')).toMatchObject({ fault: null, unanswered: 0 });
    expect(await promise).toMatchObject({ code: 'ECONNRESET' });
    server.close();
  });

  it('breaks off with RST although its half-close has only begun', async () => {
    await using wire = await startWire();
    const { server, endpoint } = await serve((socket) => socket.on('error', () => undefined));
    for (let round = 1; round <= 5; round++) {
      wire.engine.tellClient({ type: 'connect', endpoint });
      await until(() => wire.clientEvents.filter(({ type }) => type === 'connected').length === round, 'a connection');
      wire.engine.tellClient({ type: 'half-close' });
      wire.engine.tellClient({ type: 'reset' });
      await until(() => wire.clientEvents.filter(({ type }) => type === 'disconnected').length === round, 'its end');
    }
    server.close();
  });

  it('sends a long message in parts, and times the whole of it', async () => {
    await using wire = await startWire();
    wire.engine.tellClient({ type: 'connect', endpoint: home(wire) });
    await told(wire, 'connected');
    wire.engine.tellClient({ type: 'part', id: 5, bytes: Buffer.from('one'), last: false });
    wire.engine.tellClient({ type: 'send', id: 6, bytes: Buffer.from('between') });
    wire.engine.tellClient({ type: 'part', id: 5, bytes: Buffer.from('two'), last: false });
    wire.engine.tellClient({ type: 'part', id: 5, bytes: Buffer.from('three'), last: true });
    const pieces = () => wire.clientEvents.filter((event) => event.type === 'received');
    const isWhole = () => pieces().filter(({ roundTripMs }) => roundTripMs !== null).length === 2;
    await until(isWhole, 'all of it to come back');
    // Of the answer to a long message only the count crosses to the main thread.
    expect(pieces().map(({ id, bytes, skipped }) => [id, Buffer.from(bytes).toString(), skipped])).toEqual([
      [6, 'between', 0],
      [5, '', 11],
    ]);
    const taken = wire.clientEvents.filter((event) => event.type === 'taken');
    expect(taken.map(({ id, bytes }) => [id, bytes])).toEqual([
      [5, 3],
      [5, 3],
      [5, 5],
    ]);
  });

  it('sends nothing more to a peer that does not read, says so, and goes on when it reads', async () => {
    await using wire = await startWire();
    let read = 0;
    const { promise: connected, resolve: connect } = Promise.withResolvers<Socket>();
    const { server, endpoint } = await serve((socket) =>
      connect(socket.on('data', ({ length }) => (read += length)).pause()),
    );
    wire.engine.tellClient({ type: 'connect', endpoint });
    const peer = await connected;
    await told(wire, 'connected');
    const message = Buffer.alloc(1 << 20);
    for (let id = 1; id <= 64; id++) wire.engine.tellClient({ type: 'send', id, bytes: message });
    await told(wire, 'unsent');
    await until(
      () => wire.clientEvents.filter(({ type }) => /sent$/.test(type)).length === 64,
      'all to be answered for',
    );
    const sent = wire.clientEvents.filter(({ type }) => type === 'sent').length;
    // 16 MiB, one more, and what the system's buffers take.
    expect(sent).toBeGreaterThanOrEqual(17);
    expect(sent).toBeLessThan(40);
    peer.resume();
    await until(() => read === sent << 20, 'all that was taken');
    wire.engine.tellClient({ type: 'send', id: 65, bytes: Buffer.from('again') });
    await told(wire, 'sent', sent + 1);
    peer.destroy();
    server.close();
  });

  it('compares the answer to a long message with it, and reports the first byte that differs as soon as it comes', async () => {
    await using wire = await startWire();
    const { server, endpoint } = await serve((socket) => {
      let before = 0;
      socket.on('data', (bytes: Buffer) => {
        // One byte of the echo is wrong, and a later one too.
        for (const wrong of [70_000, 90_000])
          if (wrong >= before && wrong < before + bytes.length) bytes[wrong - before] = 0x58;
        before += bytes.length;
        socket.write(bytes);
      });
    });
    wire.engine.tellClient({ type: 'connect', endpoint });
    await told(wire, 'connected');
    for (const last of [false, true])
      wire.engine.tellClient({ type: 'part', id: 5, bytes: Buffer.alloc(60_000, 'o'), last });
    const pieces = () => wire.clientEvents.filter((event) => event.type === 'received');
    const all = () => pieces().reduce((sum, { bytes, skipped }) => sum + bytes.length + skipped, 0);
    await until(() => all() === 120_000, 'all of it to come back');
    expect(all()).toBe(120_000);
    const [first, ...others] = pieces();
    expect(first?.differs).toEqual({ at: 70_000, within: 1 });
    // It is no echo: the rest is shown as it comes.
    expect(
      others.every(({ id, differs, roundTripMs }) => id === null && differs === null && roundTripMs === null),
    ).toBe(true);
    wire.engine.tellClient({ type: 'disconnect' });
    server.close();
  });

  it('does not flood a blocked main thread: bytes beyond its window are counted', async () => {
    await using wire = await startWire();
    const total = 20 << 20;
    // A server in a process of its own, which ends once its kernel has taken all: only the worker is left to read.
    const script = `
      const server = require('node:net').createServer((socket) => {
        server.close();
        socket.on('error', () => undefined).end(Buffer.alloc(${total}, 'z'), () => process.exit());
      }).listen(0, '127.0.0.1', () => console.log(server.address().port));`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill());
    const [port] = await once(child.stdout, 'data');
    const runs = () => existsSync(`/proc/${child.pid}/exe`);
    wire.engine.tellClient({ type: 'connect', endpoint: { transport: 'tcp', host: '127.0.0.1', port: Number(port) } });
    const deadline = performance.now() + patienceMs;
    while (runs() && performance.now() < deadline);
    await told(wire, 'ended');
    const pieces = (): Extract<ClientEvent, { type: 'received' }>[] =>
      wire.clientEvents.filter((event) => event.type === 'received');
    const kept = (): number => pieces().reduce((sum, piece) => sum + piece.bytes.length, 0);
    const skipped = (): number => pieces().reduce((sum, piece) => sum + piece.skipped, 0);
    await until(() => kept() + skipped() === total, 'every byte to be accounted for');
    expect(skipped()).toBeGreaterThan(total / 2);
  });
});
