import type { JournalLevel, WireEvent } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { Refusal } from '../../memory/journal/note.ts';
import { NotePacker, type Peer } from '../../memory/journal/packed-notes.ts';
import type { SlotMemory } from '../../memory/ledger/slot-memory.ts';
import type { Ends } from '../../memory/ledger/writer.ts';
import { isStream } from '../../text/endpoint.ts';
import { GrowableBuffer } from '../echo/growable-buffer.ts';

/**
 * Notes that may wait for the main thread to take a batch, 17 MB. When ten thousand connections close at once they make
 * 30,000 notes within a few turns of the event loop, and no reader is that fast.
 */
const maxNotes = 100_000;
/** Beyond so many notes payload is dropped: a flood of small pieces leaves room for connections opened and closed. */
const maxNotesWithBytes = 10_000;
const maxBytes = 16 << 20;
/** Batches under way at once. */
const maxBatches = 2;
/**
 * Time between two batches, ms, unless `largeBytes` wait: each wakes the main thread, which takes a processor from another thread.
 * At 10 ms a connection cost a sixth more in all; with a batch in each turn of the loop the connection rate fell by a third.
 */
const spacingMs = 50;
/** With so much payload a batch goes at once. */
const largeBytes = 1 << 20;
/** Bytes kept of a message. */
const previewBytes = 4096;

/** Posts an event to the main thread, and moves the memory in `transfer` there. */
type Post = (event: WireEvent, transfer?: readonly ArrayBuffer[]) => void;

/**
 * Notes of what happens to connections, for the main thread. They go there in batches: the first at once, those that follow
 * soon together. Until it takes a batch, notes wait in bounded memory. Further ones are counted and dropped, so that a slow
 * reader costs the wire nothing.
 */
export class Journal {
  readonly level: JournalLevel;
  readonly #reader: SlotMemory;
  readonly #post: Post;
  readonly #notes = new NotePacker();
  readonly #payload = new GrowableBuffer();
  #dropped = 0;
  #batches = 0;
  /** When the next batch goes: in this turn of the event loop, or with the timer. */
  #scheduled: 'nothing' | 'immediate' | 'timer' = 'nothing';
  #timer: NodeJS.Timeout | undefined;
  #flushedMs = Number.NEGATIVE_INFINITY;

  constructor(level: JournalLevel, reader: SlotMemory, post: Post) {
    this.level = level;
    this.#reader = reader;
    this.#post = post;
  }

  get #notesConnections(): boolean {
    return this.level === 'connections' || this.level === 'data';
  }

  opened(slot: number, ends: Ends): void {
    if (!this.#notesConnections || !this.#hasRoom()) return;
    this.#notes.open(monotonicMs(), this.#reader.idOf(slot), ends);
    this.#schedule();
  }

  halfClosed(slot: number, by: 'peer' | 'local'): void {
    if (!this.#notesConnections || !this.#hasRoom()) return;
    this.#notes.halfClose(monotonicMs(), this.#reader.idOf(slot), by);
    this.#schedule();
  }

  closed(slot: number, peer: Peer): void {
    if (!this.#notesConnections) return;
    const outcome = this.#reader.outcome(slot);
    if (outcome === null || !this.#hasRoom()) return;
    this.#notes.close(monotonicMs(), this.#reader.idOf(slot), this.#reader.transportOf(slot), peer, outcome);
    this.#schedule();
  }

  refused(peer: Peer, why: Refusal): void {
    if (!this.#notesConnections || !this.#hasRoom()) return;
    this.#notes.refused(monotonicMs(), peer, why);
    this.#schedule();
  }

  data(slot: number, bytes: Uint8Array): void {
    if (this.level !== 'data') return;
    const [id, transport] = [this.#reader.idOf(slot), this.#reader.transportOf(slot)];
    // A stream has no empty pieces; an empty datagram is still a datagram (RFC 768).
    if ((bytes.length === 0 && isStream(transport)) || !this.#hasRoom(bytes)) return;
    this.#notes.data(monotonicMs(), id, transport, bytes.length);
    this.#payload.add(bytes);
    this.#schedule();
  }

  /** Everything that a peer sent until its FIN, under `eof`. */
  message(slot: number, bytes: Uint8Array): void {
    if (this.level === 'data') this.data(slot, bytes);
    if (this.level !== 'messages' || bytes.length === 0) return;
    const start = bytes.subarray(0, previewBytes);
    if (!this.#hasRoom(start)) return;
    this.#notes.message(monotonicMs(), this.#reader.idOf(slot), start.length, bytes.length);
    this.#payload.add(start);
    this.#schedule();
  }

  /** The main thread has taken a batch. */
  taken(): void {
    this.#batches--;
    this.#schedule();
  }

  /** Posts all that waits, before the thread stops. */
  close(): void {
    this.#batches = 0;
    this.#flush();
  }

  /** Whether there is room for one more note and its payload. Where there is none, the note counts as dropped. */
  #hasRoom(payload: Uint8Array | null = null): boolean {
    const limit = payload === null ? maxNotes : maxNotesWithBytes;
    const [held, bytes] = [this.#payload.length, payload?.length ?? 0];
    if (this.#notes.count < limit && (bytes === 0 || held === 0 || held + bytes <= maxBytes)) return true;
    this.#dropped++;
    return false;
  }

  #schedule(): void {
    const isLarge = this.#payload.length >= largeBytes;
    if (this.#batches >= maxBatches || this.#scheduled === 'immediate' || (this.#scheduled === 'timer' && !isLarge))
      return;
    const flush = (): void => {
      this.#scheduled = 'nothing';
      this.#flush();
    };
    const waitMs = this.#flushedMs + spacingMs - monotonicMs();
    clearTimeout(this.#timer);
    if (isLarge || waitMs <= 0) setImmediate(flush);
    else this.#timer = setTimeout(flush, waitMs);
    this.#scheduled = isLarge || waitMs <= 0 ? 'immediate' : 'timer';
  }

  #flush(): void {
    if ((this.#notes.count === 0 && this.#dropped === 0) || this.#batches >= maxBatches) return;
    this.#batches++;
    this.#flushedMs = monotonicMs();
    const batch = this.#notes.take(this.#payload.take());
    const { numbers, bytes } = batch;
    const memory =
      bytes.length > 0 && bytes.buffer instanceof ArrayBuffer ? [numbers.buffer, bytes.buffer] : [numbers.buffer];
    this.#post({ type: 'journal', batch, dropped: this.#dropped }, memory);
    this.#dropped = 0;
  }
}
