import type { SharedCounters } from '../../memory/ledger/shared-counters.ts';
import type { DatagramMemory } from '../echo/outgoing.ts';

/** A connection that holds bytes. */
export interface Holder {
  /** Bytes of memory that it holds, as counted last. */
  readonly memory: number;
  /** Stops reading from it, or goes on. */
  rest(isWanted: boolean): void;
  /** Breaks it off, and counts its memory as free. */
  exceed(): void;
}

/** From this part of the limit on the greediest are no longer read. */
const restingPart = 7 / 8;
/** How long not reading them may take to help, ms: longer than a peer that reads needs to take what it is owed. */
const patienceMs = 1000;
/** How often that is looked at, and what other threads hold, ms. */
const lookMs = 50;

/**
 * `--max-memory`: the bound of what all connections of all threads hold together, for as long as one wait for a line's end,
 * for FIN, or for a peer that does not read.
 *
 * From seven eighths of it on a connection that holds more than its fair share (that part, divided by those that hold
 * anything) is not read: its peer fills its own window and waits. Where that does not help within a second, or at the limit
 * itself, the one that holds most is reset, then the next. So who holds little is never cut off for who holds much. A
 * connection that holds nothing costs one comparison a read.
 *
 * Each thread resets connections of its own, those above the fair share of all. Where these belong to another thread, that
 * one notices at its next look.
 */
export class MemoryLimit implements DatagramMemory {
  readonly #limitKiB: number;
  readonly #restingKiB: number;
  readonly #shared: SharedCounters;
  readonly #now: () => number;
  readonly #holders = new Set<Holder>();
  /** Those not read, and since when, monotonic ms; the first of them first. */
  readonly #resting = new Map<Holder, number>();
  #bytes = 0;
  #countedKiB = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitBytes: number, shared: SharedCounters, now: () => number) {
    this.#limitKiB = limitBytes / 1024;
    this.#restingKiB = this.#limitKiB * restingPart;
    this.#shared = shared;
    this.#now = now;
  }

  /** Whether bytes that need not be kept may be. */
  get hasRoom(): boolean {
    return this.#shared.heldKiB <= this.#restingKiB;
  }

  /** Memory of a connection was so much, and is now so much; `holder.memory` says the same. */
  changed(holder: Holder, from: number, to: number): void {
    if (to === 0) this.#forget(holder);
    else if (from === 0) this.#enter(holder);
    this.add(to - from);
    if (to > from && !this.hasRoom) {
      if (to > this.#fairBytes) this.#rest(holder);
      this.#reset(this.#limitKiB);
    } else if (to < from && this.#resting.size > 0 && this.hasRoom) this.#wakeAll();
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    const kib = Math.ceil(this.#bytes / 1024);
    if (kib === this.#countedKiB) return;
    this.#shared.addHeldKiB(kib - this.#countedKiB);
    this.#countedKiB = kib;
  }

  /** Does what is due. A timer calls it while connections of this thread hold bytes. */
  look(): void {
    if (this.hasRoom) {
      this.#wakeAll();
      return;
    }
    for (const holder of this.#holders) if (holder.memory > this.#fairBytes) this.#rest(holder);
    const [since = Infinity] = this.#resting.values();
    this.#reset(this.#now() - since >= patienceMs ? this.#restingKiB : this.#limitKiB);
  }

  get #fairBytes(): number {
    return (this.#restingKiB * 1024) / this.#shared.holders;
  }

  #enter(holder: Holder): void {
    this.#holders.add(holder);
    this.#shared.addHolders(1);
    this.#timer ??= setInterval(() => this.#tick(), lookMs).unref();
  }

  #forget(holder: Holder): void {
    if (!this.#holders.delete(holder)) return;
    this.#shared.addHolders(-1);
    // Its next bytes are read as ever.
    if (this.#resting.delete(holder)) holder.rest(false);
  }

  #tick(): void {
    this.look();
    // Not with the last holder: most hold bytes for less than a look, and another comes soon.
    if (this.#holders.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #rest(holder: Holder): void {
    if (this.#resting.has(holder)) return;
    this.#resting.set(holder, this.#now());
    holder.rest(true);
  }

  #wakeAll(): void {
    const resting = [...this.#resting.keys()];
    this.#resting.clear();
    for (const holder of resting) holder.rest(false);
  }

  /** Resets the greediest until no more than so much is held. */
  #reset(untilKiB: number): void {
    while (this.#shared.heldKiB > untilKiB) {
      let greediest: Holder | undefined;
      for (const holder of this.#holders) if (holder.memory > (greediest?.memory ?? 0)) greediest = holder;
      if (greediest === undefined || greediest.memory < this.#fairBytes) return;
      greediest.exceed();
    }
  }
}
