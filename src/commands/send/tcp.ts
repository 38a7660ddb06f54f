import { Socket } from 'node:net';
import { connectTcp } from '../../net/connect.ts';
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
  const { endpoint, timeoutMs, expectEcho, noHalfClose, input, output, signal } = exchange;
  const { promise: ended, resolve: end } = Promise.withResolvers<Failure | null>();
  const check = expectEcho ? new EchoCheck() : null;
  const failureOf = (error: Error, stage: Stage): Failure => ({
    type: 'fault',
    fault: clientFault(error, endpoint, stage),
  });
  /** Why a write failed, while the rest of the reply is still read. */
  let unsent: Failure | null = null;
  /** Null before it is connected. */
  let socket: Socket | null = null;
  let inputOpen = true;

  const isSending = (): boolean => socket !== null && socket.writableLength > 0;
  const silence = new SilenceTimer(
    timeoutMs,
    () => socket !== null && (output.isFull || (input.typed && inputOpen && !isSending())),
    () => {
      const stage = socket === null ? 'connect' : isSending() ? 'send' : 'recv';
      const received = socket?.bytesRead ?? 0;
      // Nobody else ends a reply while our side is open.
      if (noHalfClose && stage === 'recv' && !inputOpen && received > 0) return end(unsent);
      const silent = { stage, inputOpen: inputOpen && !isSending() } as const;
      end(unsent ?? { type: 'silence', ...silent, endpoint, timeoutMs, received });
    },
  );
  /** A reply that is longer than the whole input is no echo, and may never end. */
  const endIfTooLong = (): void => {
    if (!inputOpen && check?.isTooLong) end(unsent);
  };
  const send = async (opened: Socket): Promise<void> => {
    for await (const piece of input.pieces) {
      check?.sent(piece);
      await new Promise((resolve) => opened.write(piece, resolve));
      silence.reset();
      release(piece);
    }
    inputOpen = false;
    endIfTooLong();
    if (!noHalfClose || opened.readableEnded) opened.end();
  };
  const receive = (opened: Socket, chunk: Buffer): void => {
    silence.reset();
    check?.received(chunk);
    output.push(chunk);
    endIfTooLong();
    if (output.isEmpty) release(chunk);
    if (!output.isFull) return;
    opened.pause();
    void output.flush().then(() => {
      release(chunk);
      silence.reset();
      opened.resume();
    });
  };
  const converse = (opened: Socket): void => {
    socket = opened;
    silence.reset();
    opened.on('data', (chunk: Buffer) => receive(opened, chunk));
    opened.once('error', (error) => {
      end(unsent ?? failureOf(error, 'recv'));
    });
    opened.once('end', () => {
      silence.reset();
      // Piped input may still be sent. Typed input ends here: the peer has closed.
      if (unsent !== null || (input.typed && inputOpen)) end(unsent);
      else if (noHalfClose && !inputOpen) opened.end();
    });
    opened.once('close', () => end(unsent));
    send(opened).catch((error: Error) => end({ type: 'stream', name: 'stdin', message: error.message }));
  };

  const make = (): Socket =>
    new StillReadingSocket((error) => {
      unsent = failureOf(error, 'send');
      if (socket?.readableEnded) end(unsent);
    }).setNoDelay(true);
  signal.addEventListener('abort', () => end(null), { once: true });
  const over = new AbortController();
  const connected = connectTcp({ host: endpoint.host, port: endpoint.port, signal: over.signal, make });
  connected.then(converse, (error: Error) => end(failureOf(error, 'connect')));

  const failure = await ended;
  silence.stop();
  over.abort();
  const opened = await connected.catch(() => null);
  opened?.destroy();
  if (signal.aborted) return [];
  const difference = failure === null ? check?.finish() : check?.difference;
  const isUnanswered = opened !== null && opened.bytesRead === 0 && opened.bytesWritten > 0;
  const isEmpty = failure === null && difference == null && isUnanswered;
  return [
    ...(failure === null ? [] : [failure]),
    ...(isEmpty ? [{ type: 'empty', endpoint, halfClosed: !noHalfClose } as const] : []),
    ...(difference == null ? [] : [{ type: 'difference', endpoint, difference } as const]),
  ];
};
