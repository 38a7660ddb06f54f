import { describe, expect, it } from 'vitest';
import { mapMemory } from '../../../src/memory/mapped-memory.ts';
import { Outgoing } from '../../../src/wire/echo/outgoing.ts';
import type { Stream, WriteResult } from '../../../src/wire/transport/stream.ts';

/** A stream whose kernel takes what it is told to: `became` is what the next writes come to. */
const openStream = () => {
  const kernel = { became: 'taken' as WriteResult, written: [] as Uint8Array[], taken: 0, finished: 0 };
  const stream: Stream = {
    ends: { transport: 'tcp', peerHost: '?', peerPort: 0, localHost: '?', localPort: 0 },
    descriptor: -1,
    isOver: false,
    isFinished: false,
    ourEnd: 'unknown',
    get takenBytes() {
      return kernel.taken;
    },
    setNoDelay: () => undefined,
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
    sent: (_, from, to, buffers) => {
      counted.bytes += to - from;
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

describe('the memory that is owed', () => {
  it('is all of a buffer until its last piece is taken, and then goes back', () => {
    const { kernel, outgoing, takeAll } = openStream();
    const held = mapMemory(4 * piece);
    kernel.became = 'waits';
    outgoing.take(held.subarray(0, 2 * piece), 'owned');
    expect([outgoing.held, outgoing.memory]).toEqual([2 * piece, 4 * piece]);
    // The first piece is taken, the second waits.
    kernel.taken = piece;
    outgoing.taken();
    expect([outgoing.held, outgoing.memory, held.length]).toEqual([piece, 4 * piece, 4 * piece]);
    takeAll();
    expect([outgoing.held, outgoing.memory, held.length]).toEqual([0, 0, 0]);
  });

  it('goes back when the connection is lost', () => {
    const { kernel, outgoing } = openStream();
    const [first, second] = [mapMemory(4 * piece), mapMemory(4 * piece)];
    kernel.became = 'waits';
    outgoing.take(first, 'owned');
    outgoing.take(second, 'owned');
    expect(outgoing.memory).toBe(8 * piece);
    outgoing.close();
    expect([outgoing.memory, first.length, second.length]).toEqual([0, 0, 0]);
  });

  it('stays with those who hold the same bytes: what several connections are sent is never freed', () => {
    const { outgoing } = openStream();
    const shared = Buffer.alloc(2 * piece, 'x');
    outgoing.take(shared, 'owned');
    expect([outgoing.memory, shared.length]).toEqual([0, 2 * piece]);
  });

  it('of a read stays with the stream where the kernel takes it at once, and is ours where it waits', () => {
    const { kernel, outgoing, takeAll } = openStream();
    const [once, later] = [mapMemory(2 * piece), mapMemory(2 * piece)];
    outgoing.take(once.subarray(0, 10), 'borrowed');
    expect(once.length).toBe(2 * piece);
    kernel.became = 'waits';
    outgoing.take(later.subarray(0, 10), 'borrowed');
    expect(outgoing.memory).toBe(2 * piece);
    takeAll();
    expect([outgoing.memory, later.length]).toEqual([0, 0]);
  });
});

describe('what a connection is owed', () => {
  it('counts a buffer once, when the last of its pieces is taken, however little the kernel takes at a time', () => {
    const { kernel, outgoing, counted, take, takeAll } = openStream();
    kernel.became = 'waits';
    outgoing.take(Buffer.alloc(3 * piece), 'owned');
    expect(counted).toEqual({ bytes: 0, buffers: 0, stalled: true });
    take(1000);
    take(piece - 2000);
    expect([outgoing.held, outgoing.isFull]).toEqual([2 * piece + 1000, true]);
    expect(counted).toEqual({ bytes: piece - 1000, buffers: 0, stalled: true });
    takeAll();
    expect([outgoing.held, outgoing.isFull]).toEqual([0, false]);
    expect(counted).toEqual({ bytes: 3 * piece, buffers: 1, stalled: false });
    expect(kernel.written.map(({ length }) => length)).toEqual([piece, piece, piece]);
  });

  it('keeps a copy of borrowed bytes that have to wait behind others', () => {
    const { kernel, outgoing, takeAll } = openStream();
    kernel.became = 'waits';
    outgoing.take(Buffer.from('first'), 'owned');
    const borrowed = Buffer.from('second');
    outgoing.take(borrowed, 'borrowed');
    borrowed.fill('x');
    takeAll();
    expect(Buffer.concat(kernel.written).toString()).toBe('firstsecond');
  });

  it('keeps bytes that are its own as they are', () => {
    const { kernel, outgoing, takeAll } = openStream();
    kernel.became = 'waits';
    outgoing.take(Buffer.from('first'), 'owned');
    const own = Buffer.from('second');
    outgoing.take(own, 'owned');
    takeAll();
    expect(kernel.written[1]?.buffer).toBe(own.buffer);
  });

  it('sends FIN behind the last buffer that waits, and nothing behind that', () => {
    const { kernel, outgoing, counted, takeAll } = openStream();
    kernel.became = 'waits';
    outgoing.take(Buffer.from('first'), 'owned');
    outgoing.take(Buffer.from('last'), 'owned');
    outgoing.end('half-close');
    outgoing.take(Buffer.from('late'), 'owned');
    expect(kernel.finished).toBe(0);
    takeAll();
    expect(kernel.finished).toBe(1);
    expect(Buffer.concat(kernel.written).toString()).toBe('firstlast');
    expect(counted).toEqual({ bytes: 9, buffers: 2, stalled: false });
  });

  it('counts nothing that a stream refuses', () => {
    const { kernel, outgoing, counted } = openStream();
    kernel.became = 'failed';
    outgoing.take(Buffer.from('lost'), 'owned');
    expect([counted.bytes, outgoing.handed, outgoing.held]).toEqual([0, 0, 0]);
  });
});
