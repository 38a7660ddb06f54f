import { once } from 'node:events';
import { connect } from 'node:net';
import type { Stage } from '../text/fault.ts';
import { faultOf } from '../wire/fault.ts';
import { EchoCheck } from './echo-check.ts';
import type { Exchange } from './exchange.ts';
import type { Failure } from './failure.ts';
import { Silence } from './silence.ts';

/** The call that an error of a connected socket is about. */
const stageOf = (error: Error): Stage => {
  const call = 'syscall' in error ? error.syscall : undefined;
  return call === 'write' ? 'send' : call === 'shutdown' ? 'shutdown' : 'recv';
};

/** Frees a buffer that is read no more: garbage collection would wait for some 64 MiB of them. */
const release = ({ buffer, byteLength }: Uint8Array): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
};

/**
 * Sends the input over TCP, half-closes, and writes what comes back until the peer closes. Both go on at the same time,
 * each no faster than the slower of its two ends. Resolves to what went wrong, and never rejects.
 */
export const exchangeStream = async (exchange: Exchange): Promise<readonly Failure[]> => {
  const { endpoint, timeoutMs, expectEcho, input, output, over } = exchange;
  const { promise: ended, resolve: end } = Promise.withResolvers<Failure | null>();
  const check = expectEcho ? new EchoCheck() : null;
  const socket = connect({ host: endpoint.host, port: endpoint.port, allowHalfOpen: true, noDelay: true });
  let stage: 'connect' | 'recv' = 'connect';
  let inputOpen = true;
  let received = 0;

  const unsent = (): boolean => socket.writableLength > 0;
  const silence = new Silence(
    timeoutMs,
    () => stage === 'recv' && (output.full || (input.typed && inputOpen && !unsent())),
    () => {
      const open = inputOpen && !unsent();
      end({
        type: 'silence',
        stage: open || !unsent() ? stage : 'send',
        endpoint,
        timeoutMs,
        received,
        inputOpen: open,
      });
    },
  );
  const send = async (): Promise<void> => {
    for await (const piece of input.pieces) {
      check?.sent(piece);
      silence.broken();
      if (!socket.write(piece)) await once(socket, 'drain');
      silence.broken();
      if (socket.writableLength === 0) release(piece);
    }
    inputOpen = false;
    socket.end();
  };
  const receive = (chunk: Buffer): void => {
    silence.broken();
    received += chunk.length;
    check?.received(chunk);
    output.write(chunk);
    if (output.idle) release(chunk);
    if (!output.full) return;
    socket.pause();
    output.whenDrained(() => {
      release(chunk);
      silence.broken();
      socket.resume();
    });
  };

  socket.once('error', (error) => {
    end({ type: 'fault', fault: faultOf(error, stage === 'connect' ? stage : stageOf(error), endpoint) });
  });
  socket.once('connect', () => {
    stage = 'recv';
    silence.broken();
    // An error of the socket has been told by then.
    send().catch((error: Error) => end({ type: 'stream', name: 'stdin', message: error.message }));
  });
  socket.on('data', receive);
  socket.once('end', () => {
    silence.broken();
    // A pipe may have ended too, with nothing more to send; a person would sit before a connection that is gone.
    if (input.typed && inputOpen) end(null);
  });
  socket.once('close', () => end(null));
  over.addEventListener('abort', () => end(null), { once: true });

  const failure = await ended;
  silence.stop();
  socket.destroy();
  if (over.aborted) return [];
  const difference = failure === null ? check?.finish() : check?.difference;
  return [
    ...(failure === null ? [] : [failure]),
    ...(difference == null ? [] : [{ type: 'difference', endpoint, difference } as const]),
  ];
};
