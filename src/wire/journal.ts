import type { JournalLevel, WireEvent } from '../engine/protocol.ts';
import { monotonicMs } from '../memory/clock.ts';
import { NotePacker, type Peer } from '../memory/journal/packed-notes.ts';
import type { LedgerReader } from '../memory/ledger/reader.ts';
import type { Ends } from '../memory/ledger/writer.ts';
import { transports } from '../text/endpoint.ts';
import { GrowableBuffer } from './echo/growable-buffer.ts';

/**
 * Notes and bytes that wait for the main thread to take the batch before. Ten thousand connections that all go at once are
 * worth 30,000 notes within a few turns of the loop, and nobody is slow then; 100,000 notes take 17 MB at most.
 */
const maxNotes = 100_000;
/** Beyond so many notes payload gives way, so that a flood of small pieces leaves room for who came and went. */
const maxNotesWithBytes = 10_000;
const maxBytes = 16 << 20;
/** Batches under way at once. */
const maxBatches = 2;
/**
 * A batch wakes the main thread, which takes a processor from somebody: so often at most, ms, unless much waits. At 10 ms
 * instead of 50 a connection cost a sixth more in all; in each turn of the loop it took a third of the connection rate.
 */
const spacingMs = 50;
const muchBytes = 1 << 20;
/** Bytes kept of a message. */
const previewBytes = 4096;

/** Posts an event to the main thread; the memory in `transfer` goes there and is lost to us. */
type Post = (event: WireEvent, transfer?: readonly ArrayBuffer[]) => void;

/**
 * Writes down what happens to connections for a face that wants to tell it. Notes go to the main thread in batches: the
 * first at once, those that follow closely together. While it does not take them they wait in a bounded list, and beyond
 * that they are counted and dropped: a slow reader of the journal costs the wire nothing.
 */
export class Journal {
  readonly level: JournalLevel;
  readonly #reader: LedgerReader;
  readonly #post: Post;
  /** What waits. */
  readonly #notes = new NotePacker();
  readonly #payload = new GrowableBuffer();
  #dropped = 0;
  #batches = 0;
  /** When a batch is to go: in this turn of the loop, or when `timer` says so. */
  #due: 'no' | 'soon' | 'later' = 'no';
  #timer: NodeJS.Timeout | undefined;
  #flushedMs = Number.NEGATIVE_INFINITY;

  constructor(level: JournalLevel, reader: LedgerReader, post: Post) {
    this.level = level;
    this.#reader = reader;
    this.#post = post;
  }

  get #tellsConnections(): boolean {
    return this.level === 'connections' || this.level === 'data';
  }

  opened(slot: number, ends: Ends): void {
    if (!this.#tellsConnections || !this.#hasRoom()) return;
    this.#notes.open(monotonicMs(), this.#reader.idOf(slot), ends);
    this.#schedule();
  }

  halfClosed(slot: number, by: 'peer' | 'local'): void {
    if (!this.#tellsConnections || !this.#hasRoom()) return;
    this.#notes.halfClose(monotonicMs(), this.#reader.idOf(slot), by);
    this.#schedule();
  }

  closed(slot: number, peer: Peer): void {
    if (!this.#tellsConnections) return;
    const outcome = this.#reader.outcome(slot);
    if (outcome === null || !this.#hasRoom()) return;
    this.#notes.close(monotonicMs(), this.#reader.idOf(slot), this.#reader.transportOf(slot), peer, outcome);
    this.#schedule();
  }

  refused(peer: Peer, why: 'denied' | 'max-connections'): void {
    if (!this.#tellsConnections || !this.#hasRoom()) return;
    this.#notes.refused(monotonicMs(), peer, why);
    this.#schedule();
  }

  data(slot: number, bytes: Uint8Array): void {
    if (this.level !== 'data') return;
    const [id, transport] = [this.#reader.idOf(slot), this.#reader.transportOf(slot)];
    // A stream knows no empty pieces; a datagram of no bytes is one all the same (RFC 768).
    if ((bytes.length === 0 && transports[transport].carries === 'stream') || !this.#hasRoom(bytes)) return;
    this.#notes.data(monotonicMs(), id, transport, bytes.length);
    this.#payload.add(bytes);
    this.#schedule();
  }

  /** All that a peer sent until its FIN, under `eof`. */
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

  /** Hands over all that is left, whatever is under way: the wire stops. */
  close(): void {
    this.#batches = 0;
    this.#flush();
  }

  /** Whether there is room for one more note, with its payload; where there is none, that is counted. */
  #hasRoom(payload: Uint8Array | null = null): boolean {
    const most = payload === null ? maxNotes : maxNotesWithBytes;
    const [held, bytes] = [this.#payload.length, payload?.length ?? 0];
    if (this.#notes.count < most && (bytes === 0 || held === 0 || held + bytes <= maxBytes)) return true;
    this.#dropped++;
    return false;
  }

  #schedule(): void {
    const isMuch = this.#payload.length >= muchBytes;
    if (this.#batches >= maxBatches || this.#due === 'soon' || (this.#due === 'later' && !isMuch)) return;
    const flush = (): void => {
      this.#due = 'no';
      this.#flush();
    };
    const waitMs = this.#flushedMs + spacingMs - monotonicMs();
    clearTimeout(this.#timer);
    if (isMuch || waitMs <= 0) setImmediate(flush);
    else this.#timer = setTimeout(flush, waitMs);
    this.#due = isMuch || waitMs <= 0 ? 'soon' : 'later';
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
