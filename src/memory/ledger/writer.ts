import { type Transport, transportNames } from '../../text/endpoint.ts';
import { monotonicMs } from '../clock.ts';
import { double, doublesOf, header, headerDoubles, hostBytes, hostsOf, totals, word, wordsOf } from './layout.ts';
import { type Discipline, disciplines, type Ending, endings, type OurEnd, ourEnds, type State, states } from './row.ts';
import { createSharedCounters, SharedCounters } from './shared-counters.ts';
import { SlotAllocator } from './slot-allocator.ts';

/** Both ends of a new connection. Hosts are addresses as the system prints them, without brackets. */
export interface Ends {
  readonly transport: Transport;
  readonly peerHost: string;
  readonly peerPort: number;
  readonly localHost: string;
  readonly localPort: number;
}

/** How a connection ended, in numbers. */
export interface End {
  /** When, monotonic ms. */
  readonly at: number;
  readonly how: Ending;
  /** The system's positive number, 0 without an error. */
  readonly errno: number;
  readonly ourEnd: OurEnd;
  /** From accept to close. */
  readonly ms: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly reads: number;
  readonly writes: number;
}

/**
 * The one writer of a ledger. Nothing here allocates or waits, whatever a reader does. `recent` closed connections keep
 * their slots (see SlotAllocator). Threads share `sharedCounters`: the limit of open connections, and their numbers.
 */
export class LedgerWriter {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #bytes: Uint8Array;
  readonly #now: () => number;
  readonly #slots: SlotAllocator;
  readonly #sharedCounters: SharedCounters;

  constructor(
    ledger: SharedArrayBuffer,
    recent: number,
    now: () => number = monotonicMs,
    sharedCounters: SharedCounters = new SharedCounters(createSharedCounters()),
  ) {
    this.#words = new Int32Array(ledger);
    this.#doubles = new Float64Array(ledger);
    this.#bytes = new Uint8Array(ledger);
    const capacity = this.#words[header.capacity] ?? 0;
    this.#now = now;
    this.#sharedCounters = sharedCounters;
    this.#slots = new SlotAllocator(capacity, recent);
  }

  /** Adds an open connection. Returns its slot, or -1 where the limit is reached. */
  enter(ends: Ends, discipline: Discipline): number {
    if (!this.#sharedCounters.acquire()) return -1;
    const slot = this.#slots.take();
    if (slot === -1) {
      this.#sharedCounters.release();
      return -1;
    }
    const words = wordsOf(slot);
    const doubles = doublesOf(slot);
    const now = this.#now();
    this.#begin(words);
    this.#words[words + word.id] = this.#sharedCounters.nextId();
    this.#words[words + word.transport] = transportNames.indexOf(ends.transport);
    this.#words[words + word.state] = states.indexOf('ESTABLISHED');
    this.#words[words + word.discipline] = disciplines.indexOf(discipline);
    this.#words[words + word.ending] = 0;
    this.#words[words + word.errno] = 0;
    this.#words[words + word.ourEnd] = 0;
    this.#words[words + word.stalled] = 0;
    this.#words[words + word.paused] = 0;
    this.#words[words + word.peerPort] = ends.peerPort;
    this.#words[words + word.localPort] = ends.localPort;
    this.#words[words + word.peerLength] = this.#writeHost(hostsOf(slot), ends.peerHost);
    this.#words[words + word.localLength] = this.#writeHost(hostsOf(slot) + hostBytes, ends.localHost);
    this.#doubles.fill(0, doubles, doubles + double.held + 1);
    this.#doubles[doubles + double.activeAt] = now;
    this.#doubles[doubles + double.accept] = now;
    this.#end(words);
    this.#begin(header.guard);
    this.#words[header.highWater] = this.#slots.highWater;
    this.#add(totals.open, 1);
    this.#add(totals.served, 1);
    this.#end(header.guard);
    return slot;
  }

  /** One recv that returned `bytes` bytes. Returns its time, monotonic ms, as do the methods below. */
  received(slot: number, bytes: number): number {
    const words = wordsOf(slot);
    const doubles = doublesOf(slot);
    this.#begin(words);
    this.#increase(doubles + double.bytesIn, bytes);
    this.#increase(doubles + double.reads, 1);
    const at = this.#stampActivity(doubles, double.recv);
    this.#end(words);
    this.#begin(header.guard);
    this.#add(totals.bytesIn, bytes);
    this.#end(header.guard);
    return at;
  }

  /** The kernel has taken `bytes` more bytes, and with them the last of `writes` buffers. */
  sent(slot: number, bytes: number, writes: number): number {
    const words = wordsOf(slot);
    const doubles = doublesOf(slot);
    this.#begin(words);
    this.#increase(doubles + double.bytesOut, bytes);
    this.#increase(doubles + double.writes, writes);
    const at = this.#stampActivity(doubles, double.send);
    this.#end(words);
    this.#begin(header.guard);
    this.#add(totals.bytesOut, bytes);
    this.#end(header.guard);
    return at;
  }

  /** Whether we do not read, because the peer does not take what we owe it. */
  setStalled(slot: number, stalled: boolean): void {
    this.#change(slot, word.stalled, stalled ? 1 : 0);
  }

  /** Whether we do not read, because a user asked for it. */
  setPaused(slot: number, paused: boolean): void {
    this.#change(slot, word.paused, paused ? 1 : 0);
  }

  /** Bytes that the discipline holds. */
  setHeld(slot: number, bytes: number): void {
    const words = wordsOf(slot);
    this.#begin(words);
    this.#doubles[doublesOf(slot) + double.held] = bytes;
    this.#end(words);
    this.#signalChange();
  }

  /** The discipline of one connection. */
  setDiscipline(slot: number, discipline: Discipline): void {
    this.#change(slot, word.discipline, disciplines.indexOf(discipline));
  }

  /** Number of the connection in a slot. */
  idOf(slot: number): number {
    return this.#words[wordsOf(slot) + word.id] ?? 0;
  }

  /** Bytes received so far by the connection in a slot. */
  bytesIn(slot: number): number {
    return this.#doubles[doublesOf(slot) + double.bytesIn] ?? 0;
  }

  /** When the connection in a slot last moved a byte, or was accepted; monotonic ms. */
  activeAt(slot: number): number {
    return this.#doubles[doublesOf(slot) + double.activeAt] ?? 0;
  }

  /** The peer's FIN was read. */
  finReceived(slot: number): number {
    return this.#halfClose(slot, double.finReceived, 'CLOSE_WAIT', 'CLOSING');
  }

  /** shutdown(2) has been called: our FIN follows everything that the kernel still has to send. */
  finSent(slot: number): number {
    return this.#halfClose(slot, double.finSent, 'FIN_WAIT', 'LAST_ACK');
  }

  /** The connection ended. `errno` is the system's positive number, 0 without an error. Returns its last counters. */
  close(slot: number, how: Ending, errno = 0, ourEnd: OurEnd = 'unknown'): End {
    const words = wordsOf(slot);
    const doubles = doublesOf(slot);
    const now = this.#now();
    this.#begin(words);
    this.#words[words + word.state] = states.indexOf('CLOSED');
    this.#words[words + word.ending] = 1 + endings.indexOf(how);
    this.#words[words + word.errno] = errno;
    this.#words[words + word.ourEnd] = ourEnds.indexOf(ourEnd);
    this.#words[words + word.stalled] = 0;
    this.#words[words + word.paused] = 0;
    this.#stampOnce(doubles + double.close, now);
    this.#end(words);
    const end = {
      at: now,
      how,
      errno,
      ourEnd,
      ms: now - (this.#doubles[doubles + double.accept] ?? now),
      bytesIn: this.#doubles[doubles + double.bytesIn] ?? 0,
      bytesOut: this.#doubles[doubles + double.bytesOut] ?? 0,
      reads: this.#doubles[doubles + double.reads] ?? 0,
      writes: this.#doubles[doubles + double.writes] ?? 0,
    };
    this.#slots.release(slot);
    this.#begin(header.guard);
    this.#add(totals.open, -1);
    this.#end(header.guard);
    this.#sharedCounters.release();
    return end;
  }

  /** A peer was refused. */
  refused(): void {
    this.#begin(header.guard);
    this.#add(totals.refused, 1);
    this.#end(header.guard);
  }

  /** The discipline that new connections get. */
  setDefaultDiscipline(discipline: Discipline): void {
    this.#begin(header.guard);
    this.#words[header.discipline] = disciplines.indexOf(discipline);
    this.#end(header.guard);
  }

  #halfClose(slot: number, moment: number, first: State, second: State): number {
    const words = wordsOf(slot);
    const now = this.#now();
    this.#begin(words);
    const isFirst = this.#words[words + word.state] === states.indexOf('ESTABLISHED');
    this.#words[words + word.state] = states.indexOf(isFirst ? first : second);
    this.#stampOnce(doublesOf(slot) + moment, now);
    this.#end(words);
    this.#signalChange();
    return now;
  }

  #change(slot: number, field: number, value: number): void {
    const words = wordsOf(slot);
    this.#begin(words);
    this.#words[words + field] = value;
    this.#end(words);
    this.#signalChange();
  }

  #stampActivity(doubles: number, moment: number): number {
    const now = this.#now();
    this.#doubles[doubles + double.activeAt] = now;
    this.#stampOnce(doubles + moment, now);
    return now;
  }

  #stampOnce(at: number, now: number): void {
    if (this.#doubles[at] === 0) this.#doubles[at] = now;
  }

  #writeHost(at: number, host: string): number {
    const length = Math.min(host.length, hostBytes);
    for (let i = 0; i < length; i++) this.#bytes[at + i] = host.charCodeAt(i);
    return length;
  }

  #signalChange(): void {
    this.#begin(header.guard);
    this.#end(header.guard);
  }

  #begin(guard: number): void {
    Atomics.add(this.#words, guard, 1);
  }

  #end(guard: number): void {
    Atomics.add(this.#words, guard, 1);
  }

  #add(field: number, by: number): void {
    this.#increase(headerDoubles + field, by);
  }

  #increase(at: number, by: number): void {
    this.#doubles[at] = (this.#doubles[at] ?? 0) + by;
  }
}
