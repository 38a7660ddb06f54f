import { type Transport, transportNames } from '../../text/endpoint.ts';
import { type Discipline, disciplines, endings, ourEnds } from '../ledger/row.ts';
import type { End, Ends } from '../ledger/writer.ts';
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
  ourEndShift,
  ownerBit,
  type RecorderMemory,
  recordDouble,
  recordWord,
  ringWord,
  slotsIn,
  transportShift,
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

/**
 * Doubles of the state of a slot. Of each direction (`recv`, `send`): bytes so far; and `fold` behind it when a fold began
 * (0: none), its last call, its calls and bytes; calls in records. Of both: the second of the last call, what it has used of its share then,
 * whether it stands in the list of those that fold, and the bits of its records that never change.
 */
const state = {
  recv: 0,
  fold: 1,
  until: 1,
  count: 2,
  length: 3,
  calls: 5,
  send: 6,
  second: 12,
  used: 13,
  isFolding: 14,
  bits: 15,
  size: 16,
} as const;
type Direction = typeof state.recv | typeof state.send;

/** Who is at the other end. */
export type Peer = Pick<Ends, 'transport' | 'peerHost' | 'peerPort'>;

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
  /** What is known of each slot, see `state`: in one place, so that a call touches two lines of the processor's cache. */
  readonly #state: Float64Array;
  /** Slots that fold, or have since the last sweep. */
  readonly #folding: number[] = [];
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
    this.#state = new Float64Array(state.size * count);
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

  /**
   * Whether every byte is recorded, for a reader that wants all, in place of fairness. While that reader is half a ring
   * behind, shares are fair again: bytes are left out then, and no event is.
   */
  setComplete(isComplete: boolean): void {
    this.#isComplete = isComplete;
  }

  listening(at: number, transport: Transport, host: string, port: number): void {
    const bits = transportNames.indexOf(transport) << transportShift;
    const record = this.#beginEvent('listen', bits, at, -1, eventBytes + hostBytes);
    this.#ring.words[record / 4 + eventWord.localPort] = port;
    this.#endHosts(record, eventBytes, '', host);
  }

  /** A connection: accepted by the server, seen for the first time (UDP), or (`owner` the client) connected by us. */
  opened(slot: number, at: number, id: number, ends: Ends, discipline: Discipline): void {
    this.#edges.open(slot, id);
    this.#state.fill(0, state.size * slot, state.size * slot + state.isFolding);
    const owner = this.#isClient(slot) ? ownerBit : 0;
    this.#state[state.size * slot + state.bits] = owner | (transportNames.indexOf(ends.transport) << transportShift);
    const record = this.#beginEvent('open', 0, at, slot, eventBytes + 2 * hostBytes);
    const words = record / 4;
    this.#ring.words[words + eventWord.detail] = disciplines.indexOf(discipline);
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
    const offset = this.#advance(slot, at, state.recv, bytes.length);
    const kept = this.#room(slot, bytes.length);
    if (kept < 0) {
      this.#fold(slot, state.recv, at, 1, bytes.length);
      return;
    }
    const size = dataBytes + ((kept + 7) & ~7);
    const record = this.#ring.reserve(size);
    this.#readAt = this.#ring.position;
    this.#readKept = kept;
    this.#header(record, kinds.indexOf('recv'), size, slot, at);
    this.#data(record, offset, bytes.length, 1, state.size * slot + state.recv + state.calls);
    this.#keep(record, bytes, 0, kept);
    this.#ring.commitReceived(size, bytes.length);
    this.#wake(wanted.data);
  }

  /** The bytes `from` to `to` of a buffer are in the kernel's hands, and with them the last of `count` buffers. */
  sent(slot: number, at: number, bytes: Uint8Array, from: number, to: number, count: number): void {
    if (!this.#keepsData) return;
    const isEcho = this.#read === bytes && this.#readSlot === slot && from === 0 && to === bytes.length;
    const length = to - from;
    const offset = this.#advance(slot, at, state.send, length);
    if (isEcho && this.#edges.isEcho(slot)) this.#isEchoed = true;
    else this.#edges.sent(slot, bytes, from, to);
    const isBack = isEcho && this.#readAt !== 0;
    const kept = this.#room(slot, isBack ? 0 : length);
    if (kept < 0) {
      this.#fold(slot, state.send, at, count, length);
      return;
    }
    const size = dataBytes + ((kept + 7) & ~7);
    const record = this.#ring.reserve(size);
    const what = kinds.indexOf('send') | (isBack ? echoBit : 0);
    const back = this.#ring.position - this.#readAt;
    this.#header(record, what, size, slot, at);
    this.#data(record, offset, length, count, state.size * slot + state.send + state.calls);
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

  /** `discipline`: the one that held then. */
  finished(slot: number, at: number, by: Side, discipline: Discipline): void {
    this.#plainEvent('fin', slot, at, by === 'local', disciplines.indexOf(discipline));
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

  refused(at: number, { transport, peerHost, peerPort }: Peer, why: Refusal): void {
    const bits = transportNames.indexOf(transport) << transportShift;
    const record = this.#beginEvent('refused', bits, at, -1, eventBytes + hostBytes);
    this.#ring.words[record / 4 + eventWord.detail] = refusals.indexOf(why);
    this.#ring.words[record / 4 + eventWord.peerPort] = peerPort;
    this.#endHosts(record, eventBytes, peerHost, '');
  }

  closed(slot: number, { peerHost, peerPort }: Peer, end: End): void {
    const record = this.#beginEvent('close', 0, end.at, slot, closeBytes + hostBytes);
    const { words, doubles } = this.#ring;
    const [w, d] = [record / 4, record / 8];
    words[w + eventWord.detail] = endings.indexOf(end.how) | (ourEnds.indexOf(end.ourEnd) << ourEndShift);
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
      if (all || this.#state[state.size * slot + state.second] !== this.#second) {
        this.#unfold(slot, at);
        this.#state[state.size * slot + state.isFolding] = 0;
      } else this.#folding[kept++] = slot;
    }
    this.#folding.length = kept;
  }

  /** A call begins: its second, and the bytes of its direction before it. */
  #advance(slot: number, at: number, direction: Direction, length: number): number {
    const first = state.size * slot;
    if (at >= this.#secondEndsAt) this.#nextSecond(at);
    if (this.#state[first + state.second] !== this.#second) {
      this.#unfold(slot, at);
      this.#state[first + state.second] = this.#second;
      this.#state[first + state.used] = 0;
      this.#active++;
      if (this.#active > this.#wereActive) this.#setShare();
    }
    const offset = this.#state[first + direction] ?? 0;
    this.#state[first + direction] = offset + length;
    return offset;
  }

  #nextSecond(at: number): void {
    this.#second++;
    this.#secondEndsAt = at + secondMs;
    this.#wereActive = this.#active;
    this.#active = 0;
    this.#setShare();
  }

  #setShare(): void {
    const active = Math.max(1, this.#active, this.#wereActive);
    this.#share = Math.max(leastShare, this.#ring.size / secondsInRing / active);
  }

  /** How many of `wanted` bytes a record may keep; -1 where the connection has no room for a record at all. */
  #room(slot: number, wish: number): number {
    const index = state.size * slot + state.used;
    const used = this.#state[index] ?? 0;
    const isFair = !this.#isComplete || this.#ring.isReaderBehind;
    const left = isFair ? this.#share - used - dataBytes : wish;
    if (left < 0) return -1;
    const kept = Math.min(wish, this.#ring.maxKept, left);
    this.#state[index] = used + dataBytes + kept;
    return kept;
  }

  #fold(slot: number, direction: Direction, at: number, count: number, length: number): void {
    const first = state.size * slot;
    const fold = first + direction + state.fold;
    if (this.#state[fold] === 0) this.#state[fold] = at;
    this.#state[fold + state.until] = at;
    this.#state[fold + state.count] = (this.#state[fold + state.count] ?? 0) + count;
    this.#state[fold + state.length] = (this.#state[fold + state.length] ?? 0) + length;
    if (this.#state[first + state.isFolding] === 1) return;
    this.#state[first + state.isFolding] = 1;
    this.#folding.push(slot);
  }

  /** Writes what the connection has folded. */
  #unfold(slot: number, at: number): void {
    const first = state.size * slot;
    if (this.#state[first + state.isFolding] !== 1) return;
    for (const direction of [state.recv, state.send] as const) {
      const fold = first + direction + state.fold;
      const from = this.#state[fold] ?? 0;
      if (from === 0) continue;
      this.#state[fold] = 0;
      const until = this.#state[fold + state.until] ?? 0;
      const count = this.#state[fold + state.count] ?? 0;
      const length = this.#state[fold + state.length] ?? 0;
      this.#state[fold + state.count] = 0;
      this.#state[fold + state.length] = 0;
      const record = this.#ring.reserve(foldBytes);
      const what = kinds.indexOf(direction === state.recv ? 'recv' : 'send') | foldBit;
      this.#header(record, what, foldBytes, slot, at);
      this.#data(
        record,
        (this.#state[first + direction] ?? 0) - length,
        length,
        count,
        first + direction + state.calls,
      );
      this.#ring.words[record / 4 + dataWord.kept] = 0;
      this.#ring.doubles[record / 8 + foldDouble.from] = from;
      this.#ring.doubles[record / 8 + foldDouble.until] = until;
      if (direction === state.recv) this.#ring.commitReceived(foldBytes, length);
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
    this.#header(record, kinds.indexOf(kind) | bits, eventBytes, slot, at);
    this.#ring.words[record / 4 + eventWord.slot] = slot;
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
    words[w + recordWord.what] = slot === -1 ? what : what | (this.#state[state.size * slot + state.bits] ?? 0);
    words[w + recordWord.size] = size;
    this.#latest = Math.max(this.#latest, at);
    doubles[record / 8 + recordDouble.at] = this.#latest;
    words[w + recordWord.id] = slot === -1 ? 0 : this.#edges.idOf(slot);
    doubles[record / 8 + recordDouble.previous] = slot === -1 ? 0 : this.#edges.lastOf(slot);
    if (slot !== -1) this.#edges.setLast(slot, position);
  }

  /** `calls`: where those of the direction are counted. */
  #data(record: number, offset: number, length: number, count: number, calls: number): void {
    const { words, doubles } = this.#ring;
    words[record / 4 + dataWord.count] = count;
    words[record / 4 + dataWord.back] = 0;
    doubles[record / 8 + dataDouble.offset] = offset;
    doubles[record / 8 + dataDouble.length] = length;
    const before = this.#state[calls] ?? 0;
    doubles[record / 8 + dataDouble.calls] = before;
    this.#state[calls] = before + count;
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
