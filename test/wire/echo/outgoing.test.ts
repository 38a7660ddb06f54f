import { describe, expect, it } from 'vitest';
import { Outgoing } from '../../../src/wire/echo/outgoing.ts';
import type { Stream, WriteResult } from '../../../src/wire/transport/stream.ts';

/** A stream whose kernel takes what it is told to: `became` is what the next writes come to. */
const openStream = () => {
  const kernel = { became: 'taken' as WriteResult, written: [] as Uint8Array[], taken: 0, finished: 0 };
  const stream: Stream = {
    ends: { transport: 'tcp', peerHost: '?', peerPort: 0, localHost: '?', localPort: 0 },
    isOver: false,
    isFinished: false,
    get takenBytes() {
      return kernel.taken;
    },
    start: () => undefined,
    read: () => undefined,
    write: (bytes) => {
      kernel.written.push(bytes);
      if (kernel.became === 'taken') kernel.taken += bytes.length;
      return kernel.became;
    },
    finish: () => {
      kernel.finished += 1;
    },
    close: () => undefined,
    destroy: () => undefined,
    reset: () => undefined,
  };
  const counted = { bytes: 0, buffers: 0, stalled: false };
  const outgoing = new Outgoing(stream, {
    sent: (bytes, buffers) => {
      counted.bytes += bytes;
      counted.buffers += buffers;
    },
    stalled: (stalled) => {
      counted.stalled = stalled;
    },
  });
  /** The kernel takes so many bytes more of what waits; all of it: then it takes what follows at once. */
  const take = (bytes: number): void => {
    kernel.taken += bytes;
    outgoing.progress();
  };
  const takeAll = (): void => {
    kernel.became = 'taken';
    kernel.taken = outgoing.handed;
    outgoing.taken();
  };
  return { kernel, outgoing, counted, take, takeAll };
};

const piece = 64 * 1024;

describe('what a connection is owed', () => {
  it('counts a buffer once, when the last of its pieces is taken, however little the kernel takes at a time', () => {
    const { kernel, outgoing, counted, take, takeAll } = openStream();
    kernel.became = 'waits';
    outgoing.send(Buffer.alloc(3 * piece));
    expect(counted).toEqual({ bytes: 0, buffers: 0, stalled: true });
    take(1000);
    take(piece - 2000);
    expect(counted).toEqual({ bytes: piece - 1000, buffers: 0, stalled: true });
    takeAll();
    expect(counted).toEqual({ bytes: 3 * piece, buffers: 1, stalled: false });
    expect(kernel.written.map(({ length }) => length)).toEqual([piece, piece, piece]);
  });

  it('keeps a copy of lent bytes that have to wait behind others', () => {
    const { kernel, outgoing, takeAll } = openStream();
    kernel.became = 'waits';
    outgoing.send(Buffer.from('first'));
    const lent = Buffer.from('second');
    outgoing.send(lent, true);
    lent.fill('x');
    takeAll();
    expect(Buffer.concat(kernel.written).toString()).toBe('firstsecond');
  });

  it('keeps bytes that are its own as they are', () => {
    const { kernel, outgoing, takeAll } = openStream();
    kernel.became = 'waits';
    outgoing.send(Buffer.from('first'));
    const own = Buffer.from('second');
    outgoing.send(own);
    takeAll();
    expect(kernel.written[1]?.buffer).toBe(own.buffer);
  });

  it('sends FIN behind the last buffer that waits, and nothing behind that', () => {
    const { kernel, outgoing, counted, takeAll } = openStream();
    kernel.became = 'waits';
    outgoing.send(Buffer.from('first'));
    outgoing.send(Buffer.from('last'));
    outgoing.end();
    outgoing.send(Buffer.from('late'));
    expect(kernel.finished).toBe(0);
    takeAll();
    expect(kernel.finished).toBe(1);
    expect(Buffer.concat(kernel.written).toString()).toBe('firstlast');
    expect(counted).toEqual({ bytes: 9, buffers: 2, stalled: false });
  });

  it('counts nothing that a stream refuses', () => {
    const { kernel, outgoing, counted } = openStream();
    kernel.became = 'failed';
    outgoing.send(Buffer.from('lost'));
    expect([counted.bytes, outgoing.handed, outgoing.owes]).toEqual([0, 0, false]);
  });
});
