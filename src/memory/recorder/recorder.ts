import { type Transport, transportNames } from '../../text/endpoint.ts';
import { type Discipline, disciplines, endings } from '../ledger/row.ts';
import type { Ends } from '../ledger/writer.ts';
import { EdgesWriter } from './edges-writer.ts';
import {
  closeBytes,
  closeDouble,
  dataBytes,
  dataDouble,
  dataWord,
  echoBit,
  eventBytes,
  eventWord,
  foldBit,
  foldBytes,
  foldDouble,
  hostBytes,
  localBit,
  ownerBit,
  type RecorderMemory,
  recordDouble,
  recordWord,
  ringWord,
  slotsIn,
  wanted,
} from './layout.ts';
import { type Kind, kinds, type Refusal, refusals, type Side } from './record.ts';
import { RingWriter } from './ring-writer.ts';

/** What the calls of all connections may bring into the ring in a second: this part of it. */
const secondsInRing = 128;
/** The least that one connection may bring in a second, whatever others do, bytes of records. */
export const leastShare = 256;
const secondMs = 1000;
/** Up to so many bytes a loop copies faster than a call does. */
const loopBytes = 32;

/** How a connection ended, in numbers. `errno` is the system's positive number, 0 without an error. */
export interface End {
  readonly how: (typeof endings)[number];
  readonly errno: number;
  readonly ms: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly reads: number;
  readonly writes: number;
}

export interface RecorderOptions {
  /** Whether reads and sends are recorded too; without it events alone. */
  readonly keepsData: boolean;
  /** Slots from this one on are those of the embedded client. */
  readonly firstClientSlot: number;
  /** For tests: number of the ring's first segment. */
  readonly firstSegment?: number;
}

export interface RecorderEvents {
  /** Readers need this memory as well (see EdgesWriter). */
  readonly chunk: (chunk: SharedArrayBuffer) => void;
  /** A reader waits for a record such as was just written. Called for each until the reader is told. */
  readonly awaited: () => void;
}

/**
 * Writes down everything that happens to the sockets of one wire thread, in shared memory: the only way by which it leaves
 * the thread. It allocates nothing for a record, and never waits for a reader.
 *
 * Fair: in each second the calls of one connection may bring an equal part of a 128th of the ring. Beyond that those of a
 * direction fold into one record with their count, bytes, first and last time, until the second is over or something else
 * happens to the connection. Offsets stay exact, so a reader knows what is left out, and where. Events are never folded.
 */
export class Recorder {
  readonly #ring: RingWriter;
  readonly #edges: EdgesWriter;
  readonly #events: RecorderEvents;
  readonly #keepsData: boolean;
  readonly #firstClientSlot: number;
  #isComplete = false;
  /** For each slot: the bytes of both directions so far, the second of the last call, what it has used of its share. */
  readonly #offsets: Float64Array;
  readonly #seconds: Int32Array;
  readonly #used: Int32Array;
  /** For each slot and direction: when a fold began (0: none), its last call, its calls and bytes. */
  readonly #folds: Float64Array;
  /** Slots that fold, or have since the last sweep. */
  readonly #folding: number[] = [];
  readonly #isFolding: Uint8Array;
  #second = 1;
  #secondEndsAt = 0;
  /** Connections with calls in this second, and in the one before. */
  #active = 0;
  #wereActive = 0;
  #share = 0;
  /** The time of the last record. */
  #latest = 0;
  /** The read that is being served, its slot, its record (0: folded) and how much of it that keeps. */
  #read: Uint8Array | null = null;
  #readSlot = -1;
  #readAt = 0;
  #readKept = 0;
  #isEchoed = false;

  constructor(
    { ring, slots }: RecorderMemory,
    { keepsData, firstClientSlot, firstSegment = 0 }: RecorderOptions,
    events: RecorderEvents,
  ) {
    this.#ring = new RingWriter(ring, firstSegment);
    this.#firstClientSlot = firstClientSlot;
    this.#edges = new EdgesWriter(slots, events.chunk);
    this.#events = events;
    this.#keepsData = keepsData;
    const count = slotsIn(slots);
    this.#offsets = new Float64Array(2 * count);
    this.#seconds = new Int32Array(count);
    this.#used = new Int32Array(count);
    this.#folds = new Float64Array(8 * count);
    this.#isFolding = new Uint8Array(count);
    this.#setShare();
  }

  /** Where the next record goes: a count of bytes that only rises. */
  get position(): number {
    return this.#ring.position;
  }

  /** The reader that waited is told: until it waits again, `awaited` is not called. */
  told(): void {
    Atomics.store(this.#ring.words, ringWord.wanted, wanted.nothing);
  }

  /** Whether every byte is recorded, as far as a record can hold it: for a reader that wants all, in place of fairness. */
  setComplete(isComplete: boolean): void {
    this.#isComplete = isComplete;
    this.#setShare();
  }

  listening(at: number, transport: Transport, host: string, port: number): void {
    const record = this.#beginEvent('listen', 0, at, -1, eventBytes + hostBytes);
    this.#ring.words[record / 4 + eventWord.transport] = transportNames.indexOf(transport);
    this.#ring.words[record / 4 + eventWord.localPort] = port;
    this.#endHosts(record, eventBytes, '', host);
  }

  /** A connection: accepted by the server, seen for the first time (UDP), or (`owner` the client) connected by us. */
  opened(slot: number, at: number, id: number, ends: Ends): void {
    this.#edges.open(slot, id);
    this.#offsets.fill(0, 2 * slot, 2 * slot + 2);
    this.#seconds[slot] = 0;
    const record = this.#beginEvent('open', 0, at, slot, eventBytes + 2 * hostBytes);
    const words = record / 4;
    this.#ring.words[words + eventWord.transport] = transportNames.indexOf(ends.transport);
    this.#ring.words[words + eventWord.peerPort] = ends.peerPort;
    this.#ring.words[words + eventWord.localPort] = ends.localPort;
    this.#endHosts(record, eventBytes, ends.peerHost, ends.localHost);
  }

  /** One recv that returned these bytes. `settle` follows in the same turn, behind the answer. */
  received(slot: number, at: number, bytes: Uint8Array): void {
    this.#read = bytes;
    this.#readSlot = slot;
    this.#readAt = 0;
    this.#readKept = 0;
    this.#isEchoed = false;
    if (!this.#keepsData) return;
    const offset = this.#advance(slot, at, 0, bytes.length);
    const kept = this.#room(slot, bytes.length);
    if (kept < 0) {
      this.#fold(slot, 0, at, 1, bytes.length);
      return;
    }
    const size = dataBytes + ((kept + 7) & ~7);
    const record = this.#ring.reserve(size);
    this.#readAt = this.#ring.position;
    this.#readKept = kept;
    this.#header(record, kinds.indexOf('recv') | (this.#isClient(slot) ? ownerBit : 0), size, slot, at);
    this.#data(record, offset, bytes.length, 1);
    this.#keep(record, bytes, 0, kept);
    this.#ring.commitReceived(size, bytes.length);
    this.#wake(wanted.data);
  }

  /** The bytes `from` to `to` of a buffer are in the kernel's hands, and with them the last of `count` buffers. */
  sent(slot: number, at: number, bytes: Uint8Array, from: number, to: number, count: number): void {
    if (!this.#keepsData) return;
    const isEcho = this.#read === bytes && this.#readSlot === slot && from === 0 && to === bytes.length;
    const length = to - from;
    const offset = this.#advance(slot, at, 1, length);
    if (isEcho && this.#edges.isEcho(slot)) this.#isEchoed = true;
    else this.#edges.sent(slot, bytes, from, to);
    const isBack = isEcho && this.#readAt !== 0;
    const kept = this.#room(slot, isBack ? 0 : length);
    if (kept < 0) {
      this.#fold(slot, 1, at, count, length);
      return;
    }
    const size = dataBytes + ((kept + 7) & ~7);
    const record = this.#ring.reserve(size);
    const what = kinds.indexOf('send') | (this.#isClient(slot) ? ownerBit : 0) | (isBack ? echoBit : 0);
    const back = this.#ring.position - this.#readAt;
    this.#header(record, what, size, slot, at);
    this.#data(record, offset, length, count);
    if (isBack) {
      this.#ring.words[record / 4 + dataWord.back] = back;
      this.#ring.words[record / 4 + dataWord.kept] = this.#readKept;
    } else this.#keep(record, bytes, from, from + kept);
    this.#ring.commitSent(size, length);
    this.#wake(wanted.data);
  }

  /** The read of this turn is served: what was to go back at once has gone. */
  settle(): void {
    const bytes = this.#read;
    if (bytes === null) return;
    if (this.#keepsData) this.#edges.received(this.#readSlot, bytes, this.#isEchoed);
    this.#read = null;
    this.#readSlot = -1;
  }

  finished(slot: number, at: number, by: Side): void {
    this.#plainEvent('fin', slot, at, by === 'local');
  }

  wasReset(slot: number, at: number, by: Side): void {
    this.#plainEvent('reset', slot, at, by === 'local');
  }

  paused(slot: number, at: number, isPaused: boolean): void {
    this.#plainEvent(isPaused ? 'pause' : 'resume', slot, at, true);
  }

  disciplined(slot: number, at: number, discipline: Discipline): void {
    this.#plainEvent('discipline', slot, at, true, disciplines.indexOf(discipline));
  }

  refused(at: number, peerHost: string, peerPort: number, why: Refusal): void {
    const record = this.#beginEvent('refused', 0, at, -1, eventBytes + hostBytes);
    this.#ring.words[record / 4 + eventWord.detail] = refusals.indexOf(why);
    this.#ring.words[record / 4 + eventWord.peerPort] = peerPort;
    this.#endHosts(record, eventBytes, peerHost, '');
  }

  closed(slot: number, at: number, { transport, peerHost, peerPort }: Ends, end: End): void {
    const record = this.#beginEvent('close', 0, at, slot, closeBytes + hostBytes);
    const { words, doubles } = this.#ring;
    const [w, d] = [record / 4, record / 8];
    words[w + eventWord.transport] = transportNames.indexOf(transport);
    words[w + eventWord.detail] = endings.indexOf(end.how);
    words[w + eventWord.errno] = end.errno;
    words[w + eventWord.peerPort] = peerPort;
    doubles[d + closeDouble.ms] = end.ms;
    doubles[d + closeDouble.bytesIn] = end.bytesIn;
    doubles[d + closeDouble.bytesOut] = end.bytesOut;
    doubles[d + closeDouble.reads] = end.reads;
    doubles[d + closeDouble.writes] = end.writes;
    this.#endHosts(record, closeBytes, peerHost, '');
  }

  /** Writes the folds of seconds that are over; with `all`, of this one too. To be called about once a second. */
  sweep(at: number, all = false): void {
    if (at >= this.#secondEndsAt) this.#nextSecond(at);
    let kept = 0;
    for (const slot of this.#folding) {
      if (all || this.#seconds[slot] !== this.#second) {
        this.#unfold(slot, at);
        this.#isFolding[slot] = 0;
      } else this.#folding[kept++] = slot;
    }
    this.#folding.length = kept;
  }

  /** A call begins: its second, and the bytes of its direction before it. */
  #advance(slot: number, at: number, direction: 0 | 1, length: number): number {
    if (at >= this.#secondEndsAt) this.#nextSecond(at);
    if (this.#seconds[slot] !== this.#second) {
      this.#unfold(slot, at);
      this.#seconds[slot] = this.#second;
      this.#used[slot] = 0;
      this.#active++;
      if (this.#active > this.#wereActive) this.#setShare();
    }
    const index = 2 * slot + direction;
    const offset = this.#offsets[index] ?? 0;
    this.#offsets[index] = offset + length;
    return offset;
  }

  #nextSecond(at: number): void {
    this.#second = (this.#second + 1) | 0;
    this.#secondEndsAt = at + secondMs;
    this.#wereActive = this.#active;
    this.#active = 0;
    this.#setShare();
  }

  #setShare(): void {
    const active = Math.max(1, this.#active, this.#wereActive);
    const fair = Math.max(leastShare, this.#ring.size / secondsInRing / active);
    this.#share = this.#isComplete ? Number.POSITIVE_INFINITY : fair;
  }

  /** How many of `wanted` bytes a record may keep; -1 where the connection has no room for a record at all. */
  #room(slot: number, wish: number): number {
    const used = this.#used[slot] ?? 0;
    const left = this.#share - used - dataBytes;
    if (left < 0) return -1;
    const kept = Math.min(wish, this.#ring.maxKept, left);
    this.#used[slot] = used + dataBytes + kept;
    return kept;
  }

  #fold(slot: number, direction: 0 | 1, at: number, count: number, length: number): void {
    const fold = 8 * slot + 4 * direction;
    const folds = this.#folds;
    if (folds[fold] === 0) folds[fold] = at;
    folds[fold + 1] = at;
    folds[fold + 2] = (folds[fold + 2] ?? 0) + count;
    folds[fold + 3] = (folds[fold + 3] ?? 0) + length;
    if (this.#isFolding[slot] === 1) return;
    this.#isFolding[slot] = 1;
    this.#folding.push(slot);
  }

  /** Writes what the connection has folded. */
  #unfold(slot: number, at: number): void {
    if (this.#isFolding[slot] !== 1) return;
    for (const direction of [0, 1] as const) {
      const fold = 8 * slot + 4 * direction;
      const folds = this.#folds;
      const from = folds[fold] ?? 0;
      if (from === 0) continue;
      const [until, count, length] = [folds[fold + 1] ?? 0, folds[fold + 2] ?? 0, folds[fold + 3] ?? 0];
      folds.fill(0, fold, fold + 4);
      const record = this.#ring.reserve(foldBytes);
      const what = kinds.indexOf(direction === 0 ? 'recv' : 'send') | foldBit | (this.#isClient(slot) ? ownerBit : 0);
      this.#header(record, what, foldBytes, slot, at);
      this.#data(record, (this.#offsets[2 * slot + direction] ?? 0) - length, length, count);
      this.#ring.words[record / 4 + dataWord.kept] = 0;
      this.#ring.doubles[record / 8 + foldDouble.from] = from;
      this.#ring.doubles[record / 8 + foldDouble.until] = until;
      if (direction === 0) this.#ring.commitReceived(foldBytes, length);
      else this.#ring.commitSent(foldBytes, length);
      this.#wake(wanted.data);
    }
  }

  #plainEvent(kind: Kind, slot: number, at: number, isOurs: boolean, detail = 0): void {
    const record = this.#beginEvent(kind, isOurs ? localBit : 0, at, slot, eventBytes);
    this.#ring.words[record / 4 + eventWord.detail] = detail;
    this.#endEvent(eventBytes);
  }

  /** Begins an event that takes `most` bytes at most. What the connection has folded stands before it. */
  #beginEvent(kind: Kind, bits: number, at: number, slot: number, most: number): number {
    if (slot !== -1) this.#unfold(slot, at);
    const record = this.#ring.reserve(most);
    const owner = slot !== -1 && this.#isClient(slot) ? ownerBit : 0;
    this.#header(record, kinds.indexOf(kind) | owner | bits, eventBytes, slot, at);
    return record;
  }

  /** Writes the hosts of an event, from `at` on behind its fields, and ends it. */
  #endHosts(record: number, fields: number, peer: string, local: string): void {
    const { words } = this.#ring;
    const peerLength = this.#writeHost(record + fields, peer);
    const localLength = this.#writeHost(record + fields + peerLength, local);
    const size = fields + ((peerLength + localLength + 7) & ~7);
    words[record / 4 + eventWord.peerLength] = peerLength;
    words[record / 4 + eventWord.localLength] = localLength;
    words[record / 4 + recordWord.size] = size;
    this.#endEvent(size);
  }

  #endEvent(size: number): void {
    this.#ring.commitEvent(size);
    this.#wake(wanted.events);
  }

  #writeHost(at: number, host: string): number {
    const { bytes } = this.#ring;
    const length = Math.min(host.length, hostBytes);
    for (let n = 0; n < length; n++) bytes[at + n] = host.charCodeAt(n);
    return length;
  }

  #header(record: number, what: number, size: number, slot: number, at: number): void {
    const { words, doubles, position } = this.#ring;
    const w = record / 4;
    words[w + recordWord.what] = what;
    words[w + recordWord.size] = size;
    this.#latest = Math.max(this.#latest, at);
    doubles[record / 8 + recordDouble.at] = this.#latest;
    words[w + recordWord.id] = slot === -1 ? 0 : this.#edges.idOf(slot);
    doubles[record / 8 + recordDouble.previous] = slot === -1 ? 0 : this.#edges.lastOf(slot);
    if (slot !== -1) this.#edges.setLast(slot, position);
  }

  #data(record: number, offset: number, length: number, count: number): void {
    const { words, doubles } = this.#ring;
    words[record / 4 + dataWord.count] = count;
    words[record / 4 + dataWord.back] = 0;
    doubles[record / 8 + dataDouble.offset] = offset;
    doubles[record / 8 + dataDouble.length] = length;
  }

  #keep(record: number, bytes: Uint8Array, from: number, to: number): void {
    const { words, bytes: ring } = this.#ring;
    const at = record + dataBytes;
    words[record / 4 + dataWord.kept] = to - from;
    if (to - from <= loopBytes) for (let n = from; n < to; n++) ring[at + n - from] = bytes[n] ?? 0;
    else if (bytes instanceof Buffer) bytes.copy(ring, at, from, to);
    else ring.set(bytes.subarray(from, to), at);
  }

  #wake(level: number): void {
    if (Atomics.load(this.#ring.words, ringWord.wanted) >= level) this.#events.awaited();
  }

  #isClient(slot: number): boolean {
    return slot >= this.#firstClientSlot;
  }
}
