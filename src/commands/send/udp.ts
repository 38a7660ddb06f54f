import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { faultOf } from '../../text/system-error.ts';
import { EchoCheck } from '../../wire/client/echo-check.ts';
import { type Exchange, SilenceTimer } from './exchange.ts';
import type { Failure } from './failure.ts';

/** Bytes that a datagram carries at most: 65,535 less the header of UDP (RFC 768), and of IPv4, which counts its own. */
const longestOver = { udp4: 65_507, udp6: 65_527 } as const;

const difference = (sent: Uint8Array, reply: Uint8Array): ReturnType<EchoCheck['finish']> => {
  const check = new EchoCheck();
  check.sent(sent);
  check.received(reply);
  return check.finish();
};

/**
 * Sends each piece of the input as one UDP datagram, and waits for one reply to it before the next. What comes while
 * none is due is a duplicate, and left out. The socket is connected: the kernel lets in the peer's datagrams alone, and
 * tells of the ICMP error where nothing listens. Resolves to what went wrong, and never rejects.
 */
export const exchangeDatagrams = async (exchange: Exchange): Promise<readonly Failure[]> => {
  const { endpoint, timeoutMs, expectEcho, input, output, over } = exchange;
  const { promise: ended, resolve: end } = Promise.withResolvers<Failure | null>();
  let stage: 'connect' | 'recv' = 'connect';
  let done = false;
  const closing: (() => void)[] = [];
  let due: ((reply: Buffer) => void) | null = null;

  const fail = (where: 'connect' | 'send' | 'recv', error: Error): void =>
    end({ type: 'fault', fault: faultOf(error, where, endpoint) });
  const silence = new SilenceTimer(
    timeoutMs,
    () => stage === 'recv' && (output.full || (input.typed && due === null)),
    () => {
      const inputOpen = stage === 'recv' && due === null;
      end({ type: 'silence', stage, endpoint, timeoutMs, received: 0, inputOpen });
    },
  );

  const open = async (): Promise<{ readonly opened: Socket; readonly longest: number }> => {
    // Where a name has addresses of both families: without a connection nothing tells which of them is served, and
    // servers of one machine listen on 127.0.0.1 by default.
    const { address, family } = await lookup(endpoint.host, { order: 'ipv4first' });
    // It cannot be called off, and may have outlasted the timeout.
    if (done) throw new Error('too late');
    const type = family === 6 ? 'udp6' : 'udp4';
    const opened = createSocket(type);
    closing.push(() => opened.close());
    opened.connect(endpoint.port, address);
    await once(opened, 'connect');
    opened.on('error', (error) => fail('recv', error));
    opened.on('message', (reply) => {
      silence.reset();
      due?.(reply);
      due = null;
    });
    return { opened, longest: longestOver[type] };
  };
  const ask = (opened: Socket, piece: Uint8Array): Promise<Buffer> =>
    new Promise((resolve) => {
      due = resolve;
      silence.reset();
      opened.send(piece, (error) => {
        if (error !== null) fail('send', error);
      });
    });
  const converse = async (opened: Socket, longest: number): Promise<Failure | null> => {
    let datagram = 0;
    for await (const piece of input.pieces) {
      datagram += 1;
      if (piece.length > longest) return { type: 'too-long', endpoint, datagram, longest };
      const reply = await ask(opened, piece);
      output.write(reply);
      if (output.full) await new Promise<void>((resolve) => output.whenDrained(resolve));
      const wrong = expectEcho ? difference(piece, reply) : null;
      if (wrong !== null) return { type: 'wrong-reply', endpoint, datagram, difference: wrong };
    }
    return null;
  };

  over.addEventListener('abort', () => end(null), { once: true });
  open().then(
    ({ opened, longest }) => {
      stage = 'recv';
      silence.reset();
      converse(opened, longest).then(end, (error: Error) =>
        end({ type: 'stream', name: 'stdin', message: error.message }),
      );
    },
    (error: Error) => fail('connect', error),
  );

  const failure = await ended;
  done = true;
  silence.stop();
  for (const close of closing) close();
  return failure === null || over.aborted ? [] : [failure];
};
