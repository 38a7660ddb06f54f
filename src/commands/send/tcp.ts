import { Socket } from 'node:net';
import { EchoCheck } from '../../net/echo-check.ts';
import { clientFault, type Stage } from '../../text/fault.ts';
import { type Exchange, SilenceTimer } from './exchange.ts';
import type { Failure } from './failure.ts';

/**
 * A socket that goes on reading after a write has failed. Node's own would close at once, and lose the peer's last bytes
 * that the kernel still holds, which may say why it broke the connection off. Such a write never calls back.
 */
class StillReadingSocket extends Socket {
  readonly #failed: (error: Error) => void;

  constructor(failed: (error: Error) => void) {
    super({ allowHalfOpen: true });
    this.#failed = failed;
  }

  override _write(chunk: Uint8Array, encoding: BufferEncoding, done: () => void): void {
    super._write(chunk, encoding, (error) => (error == null ? done() : this.#failed(error)));
  }
}

/** Frees a buffer that is no longer read: garbage collection would wait for some 64 MiB of them. */
const release = ({ buffer, byteLength }: Uint8Array): void => {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
};

/**
 * Sends the input over TCP, half-closes, and writes what comes back until the peer closes. Both go on at the same time,
 * each no faster than the slower of its two ends. Resolves to what went wrong, and never rejects.
 */
export const exchangeStream = async (exchange: Exchange): Promise<readonly Failure[]> => {
  const { endpoint, timeoutMs, expectEcho, input, output, signal } = exchange;
  const { promise: ended, resolve: end } = Promise.withResolvers<Failure | null>();
  const check = expectEcho ? new EchoCheck() : null;
  const failureOf = (error: Error, stage: Stage): Failure => ({
    type: 'fault',
    fault: clientFault(error, endpoint, stage),
  });
  /** Why a write failed, while the rest of the reply is still read. */
  let unsent: Failure | null = null;
  const socket = new StillReadingSocket((error) => {
    unsent = failureOf(error, 'send');
    if (socket.readableEnded) end(unsent);
  });
  let stage: 'connect' | 'recv' = 'connect';
  let inputOpen = true;

  const isSending = (): boolean => socket.writableLength > 0;
  const silence = new SilenceTimer(
    timeoutMs,
    () => stage === 'recv' && (output.isFull || (input.typed && inputOpen && !isSending())),
    () => {
      const silent = { stage: isSending() ? 'send' : stage, inputOpen: inputOpen && !isSending() } as const;
      end(unsent ?? { type: 'silence', ...silent, endpoint, timeoutMs, received: socket.bytesRead });
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
    output.push(chunk);
    if (output.isEmpty) release(chunk);
    if (!output.isFull) return;
    socket.pause();
    void output.flush().then(() => {
      release(chunk);
      silence.reset();
      socket.resume();
    });
  };

  socket.once('error', (error) => {
    end(unsent ?? failureOf(error, stage));
  });
  socket.once('connect', () => {
    stage = 'recv';
    silence.reset();
    send().catch((error: Error) => end({ type: 'stream', name: 'stdin', message: error.message }));
  });
  socket.on('data', receive);
  socket.once('end', () => {
    silence.reset();
    // Piped input may still be sent. Typed input ends here: the peer has closed.
    if (unsent !== null || (input.typed && inputOpen)) end(unsent);
  });
  socket.once('close', () => end(unsent));
  signal.addEventListener('abort', () => end(null), { once: true });
  socket.setNoDelay(true).connect(endpoint.port, endpoint.host);

  const failure = await ended;
  silence.stop();
  socket.destroy();
  if (signal.aborted) return [];
  const difference = failure === null ? check?.finish() : check?.difference;
  return [
    ...(failure === null ? [] : [failure]),
    ...(difference == null ? [] : [{ type: 'difference', endpoint, difference } as const]),
  ];
};
