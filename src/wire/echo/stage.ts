import type { Ownership } from '../transport/stream.ts';

/** How the way back ends: FIN alone (shutdown(2) with SHUT_WR), or the connection closes behind it. */
export type StreamEnd = 'half-close' | 'close';

/**
 * A stage on a connection's way back. Each passes bytes on to the next one, now or later: the discipline first (echo.ts),
 * an outgoing side last (outgoing.ts). One that passes everything on at once costs a call for each read, and neither
 * copies nor allocates.
 */
export interface Stage {
  /** Bytes that go back, in their order. Over UDP each call is one datagram, which no stage splits or joins. */
  take(bytes: Uint8Array, ownership: Ownership): void;
  /**
   * Nothing follows. Held bytes go on first, whenever that is, and this call behind them. It can come twice: for our
   * half-close, then for the peer's FIN or a close.
   */
  end(end: StreamEnd): void;
  /** Bytes that wait in this stage and those behind it. */
  readonly held: number;
  /** Bytes of memory that those keep from being freed, at least as many: `--max-memory` counts them. */
  readonly memory: number;
  /**
   * Whether this stage, or one behind it, has no room: nothing more is read until it has. A stage that waits for the peer
   * (for a line's end, for FIN) is not full. UDP is read all the same: a full stage drops datagrams there.
   */
  readonly isFull: boolean;
  /** The connection is gone: timers stop, and what is held is discarded. Nothing is taken or passed on any more. */
  close(): void;
}

/**
 * Makes a stage between the discipline and the outgoing side. The stage calls `onFullChange` each time its own room runs
 * out or returns: the connection then stops reading, or goes on (`Connection.resume`). Clock and randomness are bound
 * before.
 */
export type MakeStage = (next: Stage, onFullChange: () => void) => Stage;
