import type { JournalLevel, WireEvent } from '../engine/protocol.ts';
import { monotonicMs } from '../ledger/clock.ts';
import { hostPort } from '../ledger/host-port.ts';
import type { Note } from '../ledger/note.ts';
import { packNote } from '../ledger/packed-notes.ts';
import type { LedgerReader } from '../ledger/reader.ts';
import type { Ends } from '../ledger/writer.ts';
import { Hold } from './hold.ts';

/** Notes and bytes that wait for the main thread to take the batch before. */
const maxNotes = 20_000;
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
  /** What waits: how many notes, and their fields and payload as packed-notes.ts has them. */
  #notes = 0;
  #numbers: number[] = [];
  #words: string[] = [];
  readonly #payload = new Hold();
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

  get #connections(): boolean {
    return this.level === 'connections' || this.level === 'data';
  }

  opened(slot: number, { peerHost, peerPort, localHost, localPort }: Ends): void {
    if (!this.#connections) return;
    const [id, transport] = [this.#reader.idOf(slot), this.#reader.transportOf(slot)];
    const peer = hostPort(peerHost, peerPort);
    this.#write({ type: 'open', at: monotonicMs(), id, transport, peer, local: hostPort(localHost, localPort) });
  }

  halfClosed(slot: number, by: 'peer' | 'local'): void {
    if (!this.#connections) return;
    this.#write({ type: 'half-close', at: monotonicMs(), id: this.#reader.idOf(slot), by });
  }

  closed(slot: number, { peerHost, peerPort }: Pick<Ends, 'peerHost' | 'peerPort'>): void {
    if (!this.#connections) return;
    const outcome = this.#reader.outcome(slot);
    if (outcome === null) return;
    const [id, transport] = [this.#reader.idOf(slot), this.#reader.transportOf(slot)];
    const { bytesIn, bytesOut, reads, writes, ms, how, error } = outcome;
    const [at, peer] = [monotonicMs(), hostPort(peerHost, peerPort)];
    // Not spread: that took longer than all the rest.
    this.#write({ type: 'close', at, id, transport, peer, bytesIn, bytesOut, reads, writes, ms, how, error });
  }

  refused(peer: string, why: 'denied' | 'max-connections'): void {
    if (this.#connections) this.#write({ type: 'refused', at: monotonicMs(), peer, why });
  }

  data(slot: number, bytes: Uint8Array): void {
    if (this.level !== 'data') return;
    const [id, transport] = [this.#reader.idOf(slot), this.#reader.transportOf(slot)];
    // A stream knows no empty pieces; a datagram of no bytes is one all the same (RFC 768).
    if (bytes.length === 0 && transport === 'tcp') return;
    this.#write({ type: 'data', at: monotonicMs(), id, transport, bytes }, bytes);
  }

  /** All that a peer sent until its FIN, under `eof`. */
  message(slot: number, bytes: Uint8Array): void {
    if (this.level === 'data') this.data(slot, bytes);
    if (this.level !== 'messages' || bytes.length === 0) return;
    const [id, start] = [this.#reader.idOf(slot), bytes.subarray(0, previewBytes)];
    this.#write({ type: 'message', at: monotonicMs(), id, bytes: start, length: bytes.length }, start);
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

  #write(note: Note, payload?: Uint8Array): void {
    const [most, bytes] = payload === undefined ? [maxNotes, 0] : [maxNotesWithBytes, payload.length];
    const held = this.#payload.length;
    if (this.#notes >= most || (bytes > 0 && held > 0 && held + bytes > maxBytes)) {
      this.#dropped++;
      return;
    }
    this.#notes++;
    packNote(note, this.#numbers, this.#words);
    if (payload !== undefined) this.#payload.add(payload);
    this.#schedule();
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
    if ((this.#notes === 0 && this.#dropped === 0) || this.#batches >= maxBatches) return;
    this.#batches++;
    this.#flushedMs = monotonicMs();
    const [numbers, bytes] = [new Float64Array(this.#numbers), this.#payload.take()];
    const batch = { numbers, words: this.#words.join('\n'), bytes };
    const memory =
      bytes.length > 0 && bytes.buffer instanceof ArrayBuffer ? [numbers.buffer, bytes.buffer] : [numbers.buffer];
    this.#post({ type: 'journal', batch, dropped: this.#dropped }, memory);
    this.#notes = 0;
    this.#numbers = [];
    this.#words = [];
    this.#dropped = 0;
  }
}
