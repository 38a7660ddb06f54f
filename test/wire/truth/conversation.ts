import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';

/** What a client does, and what its server is told meanwhile. Times are ms. */
export interface Conversation {
  readonly afterMs: number;
  /** Bytes of each message, and whether it ends with a newline. */
  readonly messages: readonly { readonly bytes: number; readonly isLine: boolean; readonly thenMs: number }[];
  readonly reads: 'always' | 'late' | 'never';
  readonly act: 'none' | 'half-close' | 'close' | 'reset' | 'pause' | 'pause a while' | 'write';
  /** Behind how many messages. */
  readonly actAfter: number;
  readonly end: End;
  /** From its FIN to what follows, and how long it waits for ours. */
  readonly lingerMs: number;
}

const ends = [
  ...['half-close', 'close', 'half-close, then close', 'half-close, then reset', 'reset', 'killed', 'stays'],
  'half-close, then stays',
] as const;
export type End = (typeof ends)[number];

const often = <T>(value: T, weight: number) => ({ arbitrary: fc.constant(value), weight });

export const conversations: fc.Arbitrary<Conversation> = fc.record({
  afterMs: fc.nat(150),
  messages: fc.array(
    fc.record({
      bytes: fc.oneof(
        { arbitrary: fc.constantFrom(1, 11, 100), weight: 6 },
        { arbitrary: fc.constantFrom(1000, 5000, 65_536), weight: 3 },
        { arbitrary: fc.constantFrom(300_000, 3_000_000), weight: 1 },
      ),
      isLine: fc.boolean(),
      thenMs: fc.constantFrom(0, 0, 0, 1, 3, 10),
    }),
    { maxLength: 4 },
  ),
  reads: fc.oneof(often('always' as const, 4), often('late' as const, 2), often('never' as const, 3)),
  act: fc.oneof(
    often('none' as const, 12),
    ...(['half-close', 'close', 'reset', 'pause', 'pause a while', 'write'] as const).map((act) => often(act, 1)),
  ),
  actAfter: fc.nat(4),
  end: fc.constantFrom(...ends),
  lingerMs: fc.constantFrom(0, 0, 1, 5, 30),
});

/** Acts on the connection of the client with that port. */
export type Act = (localPort: number, act: Exclude<Conversation['act'], 'none'>) => Promise<void>;

const quietly = async (promise: Promise<unknown>): Promise<void> => {
  await promise.catch(() => undefined);
};

/** Until the other end has sent FIN, the socket is closed, or time is over. */
const over = async (socket: Socket, ms: number): Promise<void> => {
  if (socket.closed || socket.readableEnded) return;
  const stop = new AbortController();
  const { signal } = stop;
  await quietly(
    Promise.race([
      once(socket, 'end', { signal }),
      once(socket, 'close', { signal }),
      pause(ms, undefined, { signal }),
    ]),
  );
  stop.abort();
};

/**
 * Plays the client of a conversation to its end. Resolves to the socket, which is closed but where the client is to be killed
 * or stays.
 */
export async function converse(port: number, talk: Conversation, act: Act): Promise<Socket> {
  await pause(talk.afterMs);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  socket.on('error', () => undefined);
  await quietly(once(socket, 'connect'));
  const { localPort = 0 } = socket;
  if (talk.reads === 'always') socket.resume();
  const late = talk.reads === 'late' ? pause(40).then(() => socket.resume()) : null;
  const acting = (count: number): Promise<void> =>
    talk.act !== 'none' && talk.actAfter === count ? act(localPort, talk.act) : Promise.resolve();
  await acting(0);
  for (const [index, { bytes, isLine, thenMs }] of talk.messages.entries()) {
    const message = Buffer.alloc(bytes, 'm');
    if (isLine) message.write('\n', bytes - 1);
    socket.write(message);
    if (thenMs > 0) await pause(thenMs);
    await acting(index + 1);
  }
  switch (talk.end) {
    case 'half-close':
      socket.end();
      // Who never reads never sees our FIN.
      await over(socket, talk.reads === 'never' ? 2 * talk.lingerMs : 400);
      socket.destroy();
      break;
    case 'close':
      socket.destroy();
      break;
    case 'half-close, then close':
      socket.end();
      await pause(talk.lingerMs);
      socket.destroy();
      break;
    case 'half-close, then reset':
      socket.end();
      await pause(talk.lingerMs);
      // While a shutdown is under way Node loses the handle (see resetTcp in src/net).
      if (socket.writableFinished) socket.resetAndDestroy();
      else socket.destroy();
      break;
    case 'reset':
      socket.resetAndDestroy();
      break;
    case 'half-close, then stays':
      socket.end();
      break;
    case 'killed':
    case 'stays':
      break;
    default:
      talk.end satisfies never;
  }
  await late;
  return socket;
}
