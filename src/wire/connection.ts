import type { Socket } from 'node:net';
import { monotonicMs } from '../ledger/clock.ts';
import type { Ending } from '../ledger/row.ts';
import type { LedgerWriter } from '../ledger/writer.ts';
import { codeOf, errnoOf } from './fault.ts';
import { untakenBytes } from './kernel.ts';
import type { StalledSet } from './stalled.ts';

const nothing = new Uint8Array(0);

/** What every connection of one wire shares. */
export interface Surroundings {
  readonly ledger: LedgerWriter;
  readonly stalled: StalledSet;
  readonly onClosed: (connection: Connection) => void;
}

/**
 * One accepted TCP connection under discipline `chunk`: bytes go back as they arrive (RFC 862), and after the peer's
 * FIN ours follows behind everything still owed (RFC 9293, 3.6).
 *
 * Backpressure: at most one buffer is owed. While the kernel has not taken it, nothing more is read, so a peer that
 * sends and never reads fills its own window and waits; memory stays at one buffer each way.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #slot: number;
  readonly #around: Surroundings;
  /** Bytes of the buffer now being sent that the ledger does not count as sent yet; 0 while nothing is owed. */
  #owed = 0;
  #activeMs = monotonicMs();
  #how: Ending | null = null;
  #errno = 0;

  constructor(socket: Socket, slot: number, around: Surroundings) {
    this.#socket = socket;
    this.#slot = slot;
    this.#around = around;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('end', () => {
      around.ledger.finReceived(slot);
      socket.end();
    });
    socket.on('finish', () => around.ledger.finSent(slot));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#closed());
  }

  /** True when nothing is owed and no byte has come for `quietMs`. */
  idle(quietMs: number): boolean {
    return this.#owed === 0 && monotonicMs() - this.#activeMs >= quietMs;
  }

  /** Ends it for a shutdown of the program: what is owed first, then FIN. */
  finish(): void {
    this.#how ??= 'shutdown';
    this.#socket.destroySoon();
  }

  /** Ends it at once, whatever is owed. */
  abandon(): void {
    this.#how ??= 'shutdown';
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#activeMs = monotonicMs();
    this.#around.ledger.received(this.#slot, bytes.length);
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    this.#socket.write(bytes);
    const untaken = untakenBytes(this.#socket);
    if (untaken === 0) {
      this.#around.ledger.sent(this.#slot, bytes.length, 1);
      return;
    }
    this.#owed = bytes.length;
    this.#count(untaken);
    this.#around.ledger.stalled(this.#slot, true);
    this.#around.stalled.add(this);
    this.#socket.pause();
    // 'drain' comes only above the high-water mark; an empty write behind the buffer tells in every case.
    this.#socket.write(nothing, (error) => {
      if (error === undefined || error === null) this.#taken();
    });
  }

  /** Counts what the kernel has taken of the buffer being sent. */
  progress(): void {
    if (this.#owed > 0 && !this.#socket.destroyed) this.#count(untakenBytes(this.#socket));
  }

  #count(untaken: number): void {
    // The last byte is counted by #taken, together with the buffer it completes.
    const left = Math.max(1, untaken);
    if (left >= this.#owed) return;
    this.#around.ledger.sent(this.#slot, this.#owed - left, 0);
    this.#owed = left;
  }

  #taken(): void {
    this.#around.ledger.sent(this.#slot, this.#owed, 1);
    this.#owed = 0;
    this.#activeMs = monotonicMs();
    this.#around.ledger.stalled(this.#slot, false);
    this.#around.stalled.delete(this);
    this.#socket.resume();
  }

  #fail(error: Error): void {
    const code = codeOf(error);
    // EPIPE: we sent to a peer whose RST had come already.
    this.#how ??= code === 'ECONNRESET' || code === 'EPIPE' ? 'reset' : 'error';
    this.#errno = errnoOf(error);
  }

  #closed(): void {
    this.#around.stalled.delete(this);
    this.#around.ledger.close(this.#slot, this.#how ?? 'fin', this.#errno);
    this.#around.onClosed(this);
  }
}
