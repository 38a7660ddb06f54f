import type { Fault } from '../../text/fault.ts';

/** Events of a link, for the client that holds it. */
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

/** Whether a message was sent: `closed` without a connection, `full` where too much waits for the peer. */
export type SendResult = 'sent' | 'closed' | 'full';

/** Messages that wait for an answer, at most; those beyond are sent, and their answers belong to no message. */
export const maxWaiting = 10_000;

/** A connection of the embedded client to a peer, over either transport. */
export interface Link {
  /** Hands one message to the kernel, or to what waits for it. */
  send(id: number, bytes: Uint8Array): SendResult;
  /**
   * Hands a part of message `id` to the kernel, and calls `taken` when the kernel has it. False without a connection, and
   * for a transport without a stream.
   */
  sendPart(id: number, bytes: Uint8Array, last: boolean, taken: () => void): boolean;
  /** Half-closes. False without a connection, and for a transport without half-close. */
  finish(): boolean;
  close(): void;
  /** Closes at once, over TCP with RST. */
  reset(): void;
}
