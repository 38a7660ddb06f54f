import type { RemoteInfo, Socket } from 'node:dgram';
import type { TapWriter } from '../../memory/tap.ts';
import type { Ownership, Stage } from './stage.ts';

/** Bytes that may wait in a socket. Datagrams beyond are dropped, as UDP may lose any. */
const maxQueued = 4 << 20;

/** The last stage over UDP: sends each datagram to one peer. UDP has no window and no FIN, so it is never full. */
export class DatagramOutgoing implements Stage {
  readonly #socket: Socket;
  readonly #to: RemoteInfo;
  readonly #onSent: (bytes: number) => void;
  readonly #onError: (error: Error) => void;
  readonly held = 0;
  readonly isFull = false;
  #isOpen = true;
  /** Bytes handed to the socket. */
  #handed = 0;
  tap: TapWriter | null = null;

  /** `onSent`: the kernel has taken a datagram of so many bytes. It is not called after `end`. */
  constructor(socket: Socket, to: RemoteInfo, onSent: (bytes: number) => void, onError: (error: Error) => void) {
    this.#socket = socket;
    this.#to = to;
    this.#onSent = onSent;
    this.#onError = onError;
  }

  get handed(): number {
    return this.#handed;
  }

  take(bytes: Uint8Array, ownership: Ownership): void {
    if (!this.#isOpen || this.#socket.getSendQueueSize() > maxQueued) return;
    this.#handed += bytes.length;
    this.tap?.record('send', bytes);
    // The socket reads them later.
    const own = ownership === 'borrowed' ? new Uint8Array(bytes) : bytes;
    this.#socket.send(own, this.#to.port, this.#to.address, (error) => {
      if (error !== null) this.#onError(error);
      else if (this.#isOpen) this.#onSent(own.length);
    });
  }

  end(): void {
    this.#isOpen = false;
  }
}
