import { Socket } from 'node:net';
import type { Stage } from '../../text/fault.ts';
import { faultOf } from '../../text/system-error.ts';
import { EchoCheck } from '../../wire/client/echo-check.ts';
import { type Exchange, SilenceTimer } from './exchange.ts';
import type { Failure } from './failure.ts';

/**
 * A socket that goes on reading after a write has failed. Node's own would close at once, and lose the peer's last words
 * that the kernel still holds: why it broke the connection off, perhaps. Such a write never calls back.
 */
class ListeningSocket extends Socket {
  readonly #failed: (error: Error) => void;

  constructor(failed: (error: Error) => void) {
    super({ allowHalfOpen: true });
    this.#failed = failed;
  }

  override _write(chunk: Uint8Array, encoding: BufferEncoding, done: () => void): void {
    super._write(chunk, encoding, (error) => (error == null ? done() : this.#failed(error)));
  }
}

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
  const fault = (stage: Stage, error: Error): Failure => ({ type: 'fault', fault: faultOf(error, stage, endpoint) });
  let unsent: Failure | null = null;
  const socket = new ListeningSocket((error) => {
    unsent = fault('send', error);
    if (socket.readableEnded) end(unsent);
  });
  let stage: 'connect' | 'recv' = 'connect';
  let inputOpen = true;

  const sending = (): boolean => socket.writableLength > 0;
  const silence = new SilenceTimer(
    timeoutMs,
    () => stage === 'recv' && (output.full || (input.typed && inputOpen && !sending())),
    () => {
      const received = socket.bytesRead;
      const waiting = inputOpen && !sending();
      const where = sending() ? 'send' : stage;
      end(unsent ?? { type: 'silence', stage: where, endpoint, timeoutMs, received, inputOpen: waiting });
    },
  );
  const send = async (): Promise<void> => {
    for await (const piece of input.pieces) {
      check?.sent(piece);
      await new Promise((resolve) => socket.write(piece, resolve));
      silence.reset();
      release(piece);
    }
    inputOpen = false;
    socket.end();
  };
  const receive = (chunk: Buffer): void => {
    silence.reset();
    check?.received(chunk);
    output.write(chunk);
    if (output.idle) release(chunk);
    if (!output.full) return;
    socket.pause();
    output.whenDrained(() => {
      release(chunk);
      silence.reset();
      socket.resume();
    });
  };

  socket.once('error', (error) => {
    const call = stage === 'recv' && 'syscall' in error && error.syscall === 'shutdown' ? 'shutdown' : stage;
    end(unsent ?? fault(call, error));
  });
  socket.once('connect', () => {
    stage = 'recv';
    silence.reset();
    send().catch((error: Error) => end({ type: 'stream', name: 'stdin', message: error.message }));
  });
  socket.on('data', receive);
  socket.once('end', () => {
    silence.reset();
    // A pipe may have ended too, with nothing more to send; a person would sit before a connection that is gone.
    if (unsent !== null || (input.typed && inputOpen)) end(unsent);
  });
  socket.once('close', () => end(unsent));
  over.addEventListener('abort', () => end(null), { once: true });
  socket.setNoDelay(true).connect(endpoint.port, endpoint.host);

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
