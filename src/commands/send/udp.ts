import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { resolveAddress } from '../../net/address.ts';
import { connectUdp } from '../../net/client-socket.ts';
import { type Difference, EchoCheck } from '../../net/echo-check.ts';
import { clientFault } from '../../text/fault.ts';
import { type Exchange, SilenceTimer } from './exchange.ts';
import type { Failure } from './failure.ts';

/** Bytes of a datagram at most: 65,535 less the header of UDP (RFC 768), and of IPv4, which counts its own. */
const maxDatagram = (address: string): number => (isIPv6(address) ? 65_527 : 65_507);

const difference = (sent: Uint8Array, reply: Uint8Array): Difference | null => {
  const check = new EchoCheck();
  check.sent(sent);
  check.received(reply);
  return check.finish();
};

/**
 * Sends each piece of the input as one UDP datagram, and waits for one reply to it before the next. A datagram that comes
 * while none is due is a duplicate, and left out. Resolves to what went wrong, and never rejects.
 */
export const exchangeDatagrams = async (exchange: Exchange): Promise<readonly Failure[]> => {
  const { endpoint, timeoutMs, expectEcho, input, output, signal } = exchange;
  const { promise: ended, resolve: end } = Promise.withResolvers<Failure | null>();
  let stage: 'connect' | 'recv' = 'connect';
  let isOver = false;
  let onReply: ((reply: Buffer) => void) | null = null;

  const fail = (error: Error): void => end({ type: 'fault', fault: clientFault(error, endpoint) });
  const silence = new SilenceTimer(
    timeoutMs,
    () => stage === 'recv' && (output.isFull || (input.typed && onReply === null)),
    () => {
      const inputOpen = stage === 'recv' && onReply === null;
      end({ type: 'silence', stage, endpoint, timeoutMs, received: 0, inputOpen });
    },
  );
  const ask = (opened: Socket, piece: Uint8Array): Promise<Buffer> =>
    new Promise((resolve) => {
      onReply = resolve;
      silence.reset();
      opened.send(piece, (error) => {
        if (error !== null) fail(error);
      });
    });
  const converse = async (opened: Socket, longest: number): Promise<Failure | null> => {
    let datagram = 0;
    for await (const piece of input.pieces) {
      datagram += 1;
      if (piece.length > longest) return { type: 'too-long', endpoint, datagram, longest };
      const reply = await ask(opened, piece);
      output.push(reply);
      if (output.isFull) await output.flush();
      const wrong = expectEcho ? difference(piece, reply) : null;
      if (wrong !== null) return { type: 'wrong-reply', endpoint, datagram, difference: wrong };
    }
    return null;
  };
  const open = (address: string): void => {
    // A lookup cannot be aborted, and may have outlasted the timeout.
    if (isOver) return;
    const socket = connectUdp(address, endpoint.port);
    void ended.then(() => socket.close());
    socket.on('error', fail);
    socket.on('message', (reply) => {
      silence.reset();
      onReply?.(reply);
      onReply = null;
    });
    socket.once('connect', () => {
      stage = 'recv';
      silence.reset();
      converse(socket, maxDatagram(address)).then(end, (error: Error) =>
        end({ type: 'stream', name: 'stdin', message: error.message }),
      );
    });
  };

  signal.addEventListener('abort', () => end(null), { once: true });
  resolveAddress(endpoint).then(open, (fault) => end({ type: 'fault', fault }));

  const failure = await ended;
  isOver = true;
  silence.stop();
  return failure === null || signal.aborted ? [] : [failure];
};
