import type { OurEnd } from '../../memory/ledger/row.ts';
import type { Ends } from '../../memory/ledger/writer.ts';

/**
 * Whose memory bytes are in. `borrowed`: of the read that is being served, whose memory the next read overwrites. They may
 * be used until the call returns; who needs them for longer copies them. `owned`: nobody changes them any more. They may
 * be kept, and several connections may hold the same ones; who wants them different makes a copy.
 */
export type Ownership = 'borrowed' | 'owned';

/** The result of a write: the kernel took all bytes, some of them wait for it, or the stream has failed. */
export type WriteResult = 'taken' | 'waits' | 'failed';

export interface StreamEvents {
  /** The bytes of a read. Borrowed ones outlive this call only while a write of them to this stream waits. */
  received(bytes: Buffer, ownership: Ownership): void;
  /** The peer's FIN was read: nothing more comes. */
  peerFinished(): void;
  /** The kernel has taken the last of the bytes that waited. */
  taken(): void;
  /** The kernel has taken our FIN. It goes out behind the bytes that the peer has yet to take. */
  finished(): void;
  /** The connection is lost, and no RST of ours was sent; `closed` follows. */
  failed(error: Error): void;
  /** The descriptor is closed. Comes once, and last. */
  closed(): void;
}

/**
 * A connection of a stream transport: one write at a time, reads on demand. It closes by itself when both ends have sent
 * FIN. There are two kinds: raw-stream.ts, and plain-stream.ts where this Node has other internals, which knows less of the
 * end.
 */
export interface Stream {
  /** Hosts are `unknown` and ports 0 where the system no longer knows: the peer had reset it in the backlog. */
  readonly ends: Ends;
  /** Number of its file descriptor; -1 where this Node does not tell. */
  readonly descriptor: number;
  /** It was destroyed or reset, or has failed: no call has an effect any more. */
  readonly isOver: boolean;
  /** The kernel has taken our FIN. */
  readonly isFinished: boolean;
  /** What is known of the end of our side. Valid once it is over. */
  readonly ourEnd: OurEnd;
  /** Bytes that the kernel has taken since the beginning. Not valid once it is over. */
  readonly takenBytes: number;
  /** TCP_NODELAY, tcp(7). Off until it is called. */
  setNoDelay(on: boolean): void;
  /** Begins to read. To be called once. */
  start(events: StreamEvents): void;
  /** Starts or stops reading. */
  read(isWanted: boolean): void;
  /**
   * Not while another write waits. The bytes must not change until they are taken: for those of a read this holds while
   * nothing more is read from this stream. Once they wait, borrowed ones belong to the writer, which releases their memory
   * when they are taken (memory/mapped-memory.ts).
   */
  write(bytes: Uint8Array): WriteResult;
  /** FIN behind all that is written: shutdown(2) with SHUT_WR. */
  finish(): void;
  /** FIN behind all that is written, then closes without waiting for the peer's. */
  close(): void;
  /** Closes at once; what waits is lost. With RST where bytes of the peer are unread, as close(2) does. */
  destroy(): void;
  /** Closes at once, with RST (SO_LINGER of 0, socket(7)), or fails where the peer's RST was first. */
  reset(): void;
}
