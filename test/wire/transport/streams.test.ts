import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Outgoing } from '../../../src/wire/echo/outgoing.ts';
import { PlainStream } from '../../../src/wire/transport/plain-stream.ts';
import { acceptRaw } from '../../../src/wire/transport/raw-accept.ts';
import { RawStream } from '../../../src/wire/transport/raw-stream.ts';
import type { Stream, StreamEvents } from '../../../src/wire/transport/stream.ts';
import { endOfFile, type Request, type StreamHandle } from '../../../src/wire/transport/stream-handle.ts';
import { type Client, openClient } from '../../support/net/client.ts';
import { until } from '../../support/wait.ts';

type Kind = 'raw' | 'plain';

const listen = async (server: Server, host = '127.0.0.1'): Promise<number> => {
  await once(server.listen(0, host), 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
};

/** A stream of a kind for each client that comes, and its client. */
const acceptor = async (kind: Kind, host?: string) => {
  const streams: Stream[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => streams.push(new PlainStream(socket, 'tcp')));
  const port = await listen(server, host);
  if (kind === 'raw') expect(acceptRaw(server, 'tcp', (stream) => streams.push(stream))).toBe(true);
  return async (to?: string): Promise<{ stream: Stream; client: Client }> => {
    const client = await openClient(port, to);
    await until(() => streams.length > 0, 'the stream');
    const stream = streams.shift();
    if (stream === undefined) throw new Error('nothing was accepted');
    onTestFinished(() => {
      client.destroy();
      stream.destroy();
    });
    return { stream, client };
  };
};

/** Starts a stream. What it tells, in order; `received` has what came. */
const follow = (stream: Stream, onBytes: (bytes: Buffer) => void = () => undefined) => {
  const told: string[] = [];
  const read = { text: '', memories: new Set<ArrayBufferLike>() };
  const tell = (what: string) => (): void => void told.push(what);
  const events: StreamEvents = {
    received: (bytes) => {
      read.text += bytes.toString('latin1');
      read.memories.add(bytes.buffer);
      onBytes(bytes);
    },
    peerFinished: tell('peerFinished'),
    taken: tell('taken'),
    finished: tell('finished'),
    failed: (error) => void told.push(`failed: ${error.message}`),
    closed: tell('closed'),
  };
  stream.start(events);
  return { told, read };
};

const never = (): never => expect.unreachable();

/**
 * A raw stream on a handle that does what it is told: `read` has so many bytes come, and returns what the next go into. What
 * the kernel does with a write: it takes all of it, none until `take` is called, or the rest at libuv's second attempt, and
 * then tells of it later, when `take` is called.
 */
const scripted = (onBytes?: (bytes: Buffer) => void) => {
  const written: Uint8Array[] = [];
  const kernel: { does: 'take' | 'wait' | 'take late' } = { does: 'wait' };
  const requests: Request[] = [];
  let memory: Uint8Array = new Uint8Array();
  let status = 0;
  const handle: { -readonly [key in keyof StreamHandle]: StreamHandle[key] } = {
    fd: -1,
    onread: never,
    bytesWritten: 0,
    writeQueueSize: 0,
    useUserBuffer: (buffer) => {
      memory = buffer;
    },
    readStart: () => 0,
    readStop: () => 0,
    writeBuffer: (request, bytes) => {
      written.push(bytes);
      handle.bytesWritten += bytes.length;
      if (kernel.does === 'wait') handle.writeQueueSize += bytes.length;
      if (kernel.does !== 'take') requests.push(request);
      return 0;
    },
    shutdown: (request) => {
      requests.push(request);
      return 0;
    },
    close: () => undefined,
    reset: () => 0,
    setNoDelay: () => 0,
    getpeername: never,
    getsockname: never,
  };
  const ends = { transport: 'tcp', peerHost: '', peerPort: 0, localHost: '', localPort: 0 } as const;
  const stream = new RawStream(handle, ends, {
    WriteRequest: Object,
    ShutdownRequest: Object,
    readStatus: () => status,
    waits: () => kernel.does !== 'take',
  });
  const { told } = follow(stream, onBytes);
  /** The completion of the first write that has none yet. */
  const take = (): void => {
    if (kernel.does === 'wait') handle.writeQueueSize = 0;
    requests.shift()?.oncomplete?.(0);
  };
  const read = (length: number, byte = 0): Uint8Array => {
    memory.fill(byte, 0, Math.max(0, length));
    status = length;
    memory = handle.onread() ?? memory;
    return memory;
  };
  return { stream, read, written, told, kernel, take };
};

/** More than the kernel's buffers of both ends take at once. */
const flood = Buffer.alloc(32 << 20, 'f');

describe.each(['raw', 'plain'] as const)('a %s stream', (kind) => {
  const accept = async () => (await acceptor(kind))();

  it('knows both ends', async () => {
    const { stream, client } = await accept();
    expect(`${stream.ends.peerHost}:${stream.ends.peerPort}`).toBe(client.local);
    expect(stream.ends.localHost).toBe('127.0.0.1');
    expect(stream.ends.localPort).toBeGreaterThan(0);
  });

  it.each([
    ['0.0.0.0', '127.0.0.2'],
    ['::', '::1'],
  ])('knows its own end where its listener is bound to %s', async (every, one) => {
    const { stream } = await (await acceptor(kind, every))(one);
    expect(stream.ends.localHost).toBe(one);
  });

  it('tells what comes, the peer’s FIN, our own, and its close, each once and in this order', async () => {
    const { stream, client } = await accept();
    const { told, read } = follow(stream);
    await client.write('hello');
    client.end();
    await until(() => told.includes('peerFinished'), 'the FIN');
    expect(stream.write(Buffer.from('bye'))).toBe('taken');
    expect(stream.isFinished).toBe(false);
    stream.finish();
    stream.finish();
    expect(await client.ended).toBe('FIN');
    await until(() => told.includes('closed'), 'its close');
    expect(client.received().toString()).toBe('bye');
    expect(read.text).toBe('hello');
    expect(told).toEqual(['peerFinished', 'finished', 'closed']);
    expect([stream.isOver, stream.isFinished]).toEqual([true, true]);
  });

  it('half-closes, and reads on', async () => {
    const { stream, client } = await accept();
    const { told, read } = follow(stream);
    stream.finish();
    stream.finish();
    expect(await client.ended).toBe('FIN');
    await client.write('still here');
    await until(() => read.text === 'still here', 'what came behind our FIN');
    expect(told).toEqual(['finished']);
    client.end();
    await until(() => told.includes('closed'), 'its close');
    expect(told).toEqual(['finished', 'peerFinished', 'closed']);
  });

  it('reads nothing while it is told not to, not even the FIN', async () => {
    const { stream, client } = await accept();
    const { told, read } = follow(stream, () => stream.read(false));
    await client.write('one');
    await until(() => read.text === 'one', 'the first read');
    await client.write('two');
    client.end();
    // What another connection is answered meanwhile shows that the loop has turned.
    stream.write(Buffer.from('ready'));
    await client.receive(5);
    expect([read.text, told]).toEqual(['one', []]);
    stream.read(true);
    await until(() => read.text === 'onetwo', 'the second read');
    stream.read(true);
    await until(() => told.includes('peerFinished'), 'the FIN');
  });

  it('tells when a write that waited has been taken, and sends FIN behind it', async () => {
    const { stream, client } = await accept();
    const { told } = follow(stream);
    client.pause();
    expect(stream.write(flood)).toBe('waits');
    stream.finish();
    expect(told).toEqual([]);
    expect(stream.isFinished).toBe(false);
    client.resume();
    expect(await client.ended).toBe('FIN');
    expect(client.received().length).toBe(flood.length);
    expect(told).toEqual(['taken', 'finished']);
  });

  it('closes behind what waits without waiting for the peer’s FIN', async () => {
    const { stream, client } = await accept();
    const { told } = follow(stream);
    client.pause();
    expect(stream.write(flood)).toBe('waits');
    stream.close();
    client.resume();
    await until(() => told.includes('closed'), 'its close');
    expect(told).toEqual(['taken', 'finished', 'closed']);
    expect(client.received().length).toBeLessThanOrEqual(flood.length);
    expect(await client.ended).toBe('FIN');
    expect(client.received().length).toBe(flood.length);
  });

  it('tells of the peer’s RST', async () => {
    const { stream, client } = await accept();
    const { told } = follow(stream);
    client.reset();
    await until(() => told.includes('closed'), 'its close');
    expect(told).toEqual(['failed: read ECONNRESET', 'closed']);
    expect(stream.isOver).toBe(true);
  });

  it('fails where it writes behind the peer’s RST, and closes', async () => {
    const { stream, client } = await accept();
    const { told } = follow(stream);
    stream.read(false);
    client.pause();
    expect(stream.write(flood)).toBe('waits');
    client.reset();
    await until(() => told.includes('closed'), 'its close');
    expect(told).toEqual([expect.stringMatching(/^failed: (read|write) (ECONNRESET|EPIPE)$/), 'closed']);
  });

  it.each(['started', 'not started'])('resets, %s, and tells nothing but its close', async (state) => {
    const { stream, client } = await accept();
    const told = state === 'started' ? follow(stream).told : [];
    stream.reset();
    stream.reset();
    stream.destroy();
    expect(await client.ended).toBe('RST');
    if (state === 'started') await until(() => told.includes('closed'), 'its close');
    expect(told).toEqual(state === 'started' ? ['closed'] : []);
  });

  it('resets while our FIN is on its way', async () => {
    const { stream, client } = await accept();
    const { told } = follow(stream);
    stream.finish();
    stream.reset();
    expect(await client.ended).toMatch(/FIN|RST/);
    await until(() => told.includes('closed'), 'its close');
    expect(told).toEqual(['finished', 'closed']);
  });

  it('resets where a write waits with FIN behind it', async () => {
    const { stream, client } = await accept();
    const { told } = follow(stream);
    client.pause();
    stream.write(flood);
    stream.finish();
    stream.reset();
    await until(() => told.includes('closed'), 'its close');
    client.resume();
    expect(await client.ended).toBe('RST');
    expect(told).toEqual(['closed']);
  });

  it('destroyed while a write waits, closes and tells no more of it', async () => {
    const { stream, client } = await accept();
    const { told } = follow(stream);
    client.pause();
    stream.write(flood);
    stream.destroy();
    await until(() => told.includes('closed'), 'its close');
    expect(told).toEqual(['closed']);
  });

  it('has what the kernel takes counted, of a peer that stops reading too', async () => {
    const { stream, client } = await accept();
    client.pause();
    let [counted, isStalled] = [0, false];
    const outgoing = new Outgoing(stream, {
      sent: (_, from, to) => {
        counted += to - from;
      },
      stalled: (stalled) => {
        isStalled = stalled;
      },
    });
    stream.start({
      received: () => undefined,
      peerFinished: () => undefined,
      taken: () => outgoing.taken(),
      finished: () => undefined,
      failed: () => undefined,
      closed: () => undefined,
    });
    outgoing.take(flood, 'owned');
    let before = -1;
    await until(() => {
      outgoing.progress();
      const isStill = isStalled && counted === before;
      before = counted;
      return isStill;
    }, 'the kernel to take no more');
    expect(counted).toBe(stream.takenBytes);
    expect(outgoing.handed - counted).toBeGreaterThan(0);
    expect(outgoing.handed - counted).toBeLessThanOrEqual(64 * 1024);
    expect([outgoing.held, outgoing.underWay]).toEqual([flood.length - counted, outgoing.handed - counted]);
    client.resume();
    await until(() => counted === flood.length, 'all to be taken');
    expect([isStalled, outgoing.isFull, outgoing.held]).toEqual([false, false, 0]);
  });
});

describe('raw streams', () => {
  it.each([4096, 65_536])('echo no byte of another one’s where the kernel does not take %i at once', async (bytes) => {
    const accept = await acceptor('raw');
    const [deaf, loud] = [await accept(), await accept()];
    let waits = false;
    const reads = [deaf, loud].map(
      ({ stream }) =>
        follow(stream, (bytes) => {
          if (stream.write(bytes) !== 'waits') return;
          waits = true;
          stream.read(false);
        }).read,
    );
    const [piece, other] = ['d'.repeat(bytes), 'l'.repeat(bytes)];
    deaf.client.pause();
    let sent = 0;
    while (!waits) {
      await deaf.client.write(piece);
      sent += piece.length;
      while (!waits && reads[0]?.text.length !== sent) await new Promise(setImmediate);
    }
    await loud.client.write(other);
    await loud.client.receive(other.length);
    deaf.stream.read(true);
    deaf.client.resume();
    await deaf.client.receive(sent);
    expect(deaf.client.received().toString()).toBe('d'.repeat(sent));
  });

  it.each([4_096, 4_097, 65_536])('leave %i bytes as they are while they wait, whatever others read', (length) => {
    const slow = scripted((bytes) => void slow.stream.write(bytes));
    const other = scripted();
    slow.read(length, 1);
    other.read(length, 2);
    other.read(length - 1, 3);
    expect(slow.written.map((bytes) => [bytes.length, bytes.every((byte) => byte === 1)])).toEqual([[length, true]]);
  });

  it('read into a buffer of their own while they go on bringing much', () => {
    const { read, stream } = scripted();
    const common = read(65_536);
    for (const length of [65_536, 5_000, 4_096, 65_536, 65_536, 4_097]) expect(read(length)).toBe(common);
    const own = read(65_536);
    expect(own).not.toBe(common);
    expect(read(65_536)).toBe(own);
    expect(read(4_096)).toBe(common);
    stream.destroy();
  });

  it.each([1, 3000, 4096])('keep their buffer while %i bytes of it wait', (length) => {
    const slow = scripted((bytes) => void slow.stream.write(bytes));
    const other = scripted();
    slow.kernel.does = 'take';
    const common = slow.read(65_536);
    const own = [1, 2, 3, 4].map(() => slow.read(65_536)).at(-1);
    slow.kernel.does = 'wait';
    expect(slow.read(length, 1)).toBe(own);
    for (let n = 0; n < 5; n++) expect(other.read(65_536, 2)).not.toBe(own);
    expect(slow.written.at(-1)?.every((byte) => byte === 1)).toBe(true);
    slow.take();
    slow.kernel.does = 'take';
    expect(slow.read(length)).toBe(common);
    for (const { stream } of [slow, other]) stream.destroy();
  });

  it('do not get one while they wait', () => {
    const slow = scripted((bytes) => void slow.stream.write(bytes));
    const common = slow.read(65_536);
    for (let n = 0; n < 5; n++) expect(slow.read(65_536)).toBe(common);
    slow.stream.destroy();
  });

  it('lose nothing where the kernel takes a piece late and lets the next one wait', () => {
    const { stream, kernel, take, read, written, told } = scripted();
    let [sent, isStalled] = [0, false];
    const outgoing = new Outgoing(stream, {
      sent: (_, from, to) => {
        sent += to - from;
      },
      stalled: (stalled) => {
        isStalled = stalled;
      },
    });
    // The peer's FIN: behind it what is owed goes out, and then the stream closes by itself.
    read(endOfFile ?? 0);
    kernel.does = 'take late';
    outgoing.take(Buffer.alloc(65_536), 'owned');
    expect([sent, isStalled]).toEqual([65_536, false]);
    kernel.does = 'wait';
    outgoing.take(Buffer.alloc(1000), 'owned');
    outgoing.end('half-close');
    expect([written.length, sent, isStalled]).toEqual([2, 65_536, true]);
    take();
    expect(told).toEqual(['peerFinished']);
    take();
    expect(told).toEqual(['peerFinished', 'taken']);
    take();
    expect(told).toEqual(['peerFinished', 'taken', 'finished']);
  });

  it('give it back whatever ends them', () => {
    const ends: readonly ((one: ReturnType<typeof scripted>) => void)[] = [
      ({ stream }) => stream.destroy(),
      ({ stream }) => stream.reset(),
      ({ read }) => void read(-104),
      ({ stream, kernel }) => {
        kernel.does = 'wait';
        stream.write(Buffer.from('waits'));
        stream.reset();
      },
    ];
    const memories = ends.map((end) => {
      const one = scripted();
      one.kernel.does = 'take';
      const memory = [1, 2, 3, 4].map(() => one.read(65_536)).at(-1);
      end(one);
      return memory;
    });
    expect(new Set(memories).size).toBe(1);
  });

  it('have sixteen such buffers: the others wait until one is given back', () => {
    const crowd = Array.from({ length: 18 }, () => scripted());
    const common = crowd[0]?.read(1);
    const memories = crowd.map(({ read }) => [1, 2, 3, 4].map(() => read(65_536)).at(-1));
    expect(new Set(memories.slice(0, 16)).size).toBe(16);
    expect(memories.slice(16).every((memory) => memory === common)).toBe(true);
    crowd[3]?.stream.destroy();
    expect(crowd[16]?.read(5_000)).toBe(memories[3]);
    expect(crowd[17]?.read(5_000)).toBe(common);
    crowd[5]?.read(1);
    expect(crowd[17]?.read(5_000)).toBe(memories[5]);
    for (const { stream } of crowd) stream.destroy();
  });

  it('are not to be had where a part of Node is missing: the server goes on with plain ones', async () => {
    const server = createServer((socket) => socket.end('still here'));
    const port = await listen(server);
    const binding: unknown = Reflect.get(process, 'binding');
    Reflect.set(process, 'binding', () => ({}));
    onTestFinished(() => void Reflect.set(process, 'binding', binding));
    expect(acceptRaw(server, 'tcp', () => expect.unreachable())).toBe(false);
    const client = await openClient(port);
    expect(await client.ended).toBe('FIN');
    expect(client.received().toString()).toBe('still here');
  });
});
