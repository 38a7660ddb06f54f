import type { Fault } from '../../text/fault.ts';

/** What a link tells the client that holds it. */
export interface LinkEvents {
  /** `local` is our end, `host:port`. */
  readonly connected: (local: string) => void;
  /** A piece of the answer to message `id`, or of what nothing asked for (null). */
  readonly received: (id: number | null, piece: Uint8Array, roundTripMs: number | null) => void;
  /** No answer came in time. */
  readonly unanswered: (id: number, waitedMs: number) => void;
  /** The peer half-closed. */
  readonly ended: () => void;
  /** The link is gone. */
  readonly gone: (fault: Fault | null, unanswered: number) => void;
}

/** What became of a message: `closed` where no connection takes any (more), `full` where too much waits for the peer. */
export type SendResult = 'sent' | 'closed' | 'full';

/** Messages whose answers are waited for; those beyond are sent, and their answers belong to nothing. */
export const maxWaiting = 10_000;

/** The embedded client's way to a peer, over either transport. */
export interface Link {
  /** Hands one message to the kernel, or to what waits for it. */
  send(id: number, bytes: Uint8Array): SendResult;
  /**
   * Hands a piece of message `id` to the kernel, and tells when it was taken. False where it can take none: no
   * connection (any more), or a transport without a stream.
   */
  sendPart(id: number, bytes: Uint8Array, last: boolean, taken: () => void): boolean;
  /** Half-closes, where the transport knows it. False where nothing was to half-close. */
  finish(): boolean;
  close(): void;
  /** Closes at once; TCP tells the peer by RST. */
  reset(): void;
}
