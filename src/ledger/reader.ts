import { getSystemErrorMap } from 'node:util';
import { double, doublesOf, header, headerDoubles, hostBytes, hostsOf, totals, word, wordsOf } from './layout.ts';
import { LifeLog } from './life.ts';
import {
  type Discipline,
  disciplines,
  type Ending,
  endings,
  type LifeEntry,
  type Row,
  states,
  type Totals,
  type Transport,
} from './row.ts';

/** One copy of the ledger. */
export interface Reading {
  readonly totals: Totals;
  /** The discipline that new connections get. */
  readonly discipline: Discipline;
  /** Every connection that still has a slot, in the order of the slots. A row that did not change is the same object. */
  readonly rows: readonly Row[];
}

/** The end of a connection. `ms`: from accept to the close. */
export interface Outcome extends Pick<Row, 'error' | 'bytesIn' | 'bytesOut' | 'reads' | 'writes'> {
  readonly how: Ending;
  readonly ms: number;
}

/** How often a part that is being written is read again before its last good copy is kept. */
const attempts = 100;

/**
 * The reader's side of a ledger.
 *
 * The promise: each counter is exact, and a row is never mixed from two connections. A reading may fall between two
 * counters of one packet, and between a row and the totals. A part whose writer died in the middle keeps its last good
 * copy, so reading ends after a bounded time whatever the writer does.
 */
export class LedgerReader {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #bytes: Buffer;
  readonly #life: LifeLog;
  readonly #firstSlot: number;
  readonly #rows: (Row | undefined)[] = [];
  /** Sequence number under which each row of #rows was read. */
  readonly #seen: number[] = [];
  #lastGuard: number | null = null;
  #last: Reading = {
    totals: { open: 0, served: 0, refused: 0, bytesIn: 0, bytesOut: 0 },
    discipline: 'chunk',
    rows: [],
  };

  /** Rows are told to be in slots from `firstSlot` on, so that those of several ledgers can be told apart. */
  constructor(ledger: SharedArrayBuffer, firstSlot = 0) {
    this.#firstSlot = firstSlot;
    this.#words = new Int32Array(ledger);
    this.#doubles = new Float64Array(ledger);
    this.#bytes = Buffer.from(ledger);
    this.#life = new LifeLog(this.#words, this.#doubles, this.#word(header.capacity));
  }

  /** The ledger as it is now; the same object as before when nothing changed. */
  read(): Reading {
    const guard = Atomics.load(this.#words, header.guard);
    if (guard === this.#lastGuard) return this.#last;
    const head = this.#guarded(header.guard, () => ({
      totals: {
        open: this.#total(totals.open),
        served: this.#total(totals.served),
        refused: this.#total(totals.refused),
        bytesIn: this.#total(totals.bytesIn),
        bytesOut: this.#total(totals.bytesOut),
      },
      discipline: disciplines[this.#words[header.discipline] ?? 0] ?? 'chunk',
      highWater: this.#words[header.highWater] ?? 0,
    }));
    const rows: Row[] = [];
    const slots = head?.value.highWater ?? this.#rows.length;
    for (let slot = 0; slot < slots; slot++) {
      const row = this.row(slot);
      if (row !== undefined) rows.push(row);
    }
    this.#last = {
      totals: head?.value.totals ?? this.#last.totals,
      discipline: head?.value.discipline ?? this.#last.discipline,
      rows,
    };
    // What changed while the rows were read is found by the next reading: the number from before it is kept.
    this.#lastGuard = guard % 2 === 0 ? guard : null;
    return this.#last;
  }

  /** What the connection in a slot has come to; null while it is open. For the thread of the writer: it looks at no guard. */
  outcome(slot: number): Outcome | null {
    const words = wordsOf(slot);
    const doubles = doublesOf(slot);
    const how = this.#how(words);
    if (how === null) return null;
    return {
      how,
      error: this.#error(words),
      ms: this.#double(doubles + double.close) - this.#double(doubles + double.accept),
      ...this.#counters(doubles),
    };
  }

  /** Number of the connection in a slot, 0 where there was none yet. For the thread of the writer. */
  idOf(slot: number): number {
    return this.#word(wordsOf(slot) + word.id);
  }

  /** For the thread of the writer. */
  transportOf(slot: number): Transport {
    return this.#word(wordsOf(slot) + word.transport) === 0 ? 'tcp' : 'udp';
  }

  /** The row of one slot of this ledger as it is now; undefined where the slot was never used. */
  row(slot: number): Row | undefined {
    const words = wordsOf(slot);
    const cached = this.#rows[slot];
    if (cached !== undefined && Atomics.load(this.#words, words) === this.#seen[slot]) return cached;
    const read = this.#guarded(words, () => this.#copy(slot));
    if (read === null) return cached;
    this.#rows[slot] = read.value;
    this.#seen[slot] = read.guard;
    return read.value;
  }

  /**
   * The calls of the connection in a slot, oldest first. A copy made on demand: rows are read without it. Undefined
   * where the slot is another connection's by now, or is being written all the time.
   */
  life(row: Row): readonly LifeEntry[] | undefined {
    const { id } = row;
    const slot = row.slot - this.#firstSlot;
    const words = wordsOf(slot);
    const read = this.#guarded(words, () => (this.#word(words + word.id) === id ? this.#life.read(slot) : undefined));
    return read?.value;
  }

  #copy(slot: number): Row | undefined {
    const w = wordsOf(slot);
    const d = doublesOf(slot);
    const id = this.#word(w + word.id);
    if (id === 0) return undefined;
    // The names of both ends are half of the work of a copy and never change within one connection.
    const cached = this.#rows[slot];
    const named = cached?.id === id ? cached : undefined;
    return {
      slot: this.#firstSlot + slot,
      id,
      transport: this.transportOf(slot),
      peer: named?.peer ?? this.#hostPort(hostsOf(slot), w + word.peerLength, w + word.peerPort),
      local: named?.local ?? this.#hostPort(hostsOf(slot) + hostBytes, w + word.localLength, w + word.localPort),
      state: states[this.#word(w + word.state)] ?? 'CLOSED',
      discipline: disciplines[this.#word(w + word.discipline)] ?? 'chunk',
      how: this.#how(w),
      error: this.#error(w),
      ...this.#counters(d),
      stalled: this.#word(w + word.stalled) === 1,
      paused: this.#word(w + word.paused) === 1,
      activeAt: this.#double(d + double.activeAt),
      at: this.#moments(d, named?.at),
    };
  }

  #how(words: number): Ending | null {
    const ending = this.#word(words + word.ending);
    return ending === 0 ? null : (endings[ending - 1] ?? 'error');
  }

  #error(words: number): string | null {
    const errno = this.#word(words + word.errno);
    return errno === 0 ? null : (getSystemErrorMap().get(-errno)?.[0] ?? `errno ${errno}`);
  }

  #counters(doubles: number): Pick<Row, 'bytesIn' | 'bytesOut' | 'reads' | 'writes'> {
    return {
      bytesIn: this.#double(doubles + double.bytesIn),
      bytesOut: this.#double(doubles + double.bytesOut),
      reads: this.#double(doubles + double.reads),
      writes: this.#double(doubles + double.writes),
    };
  }

  /** The moments of a slot; those of before where none has come: most reads of a row bring none. */
  #moments(doubles: number, before: Row['at'] | undefined): Row['at'] {
    const accept = this.#moment(doubles + double.accept);
    const recv = this.#moment(doubles + double.recv);
    const send = this.#moment(doubles + double.send);
    const finReceived = this.#moment(doubles + double.finReceived);
    const finSent = this.#moment(doubles + double.finSent);
    const close = this.#moment(doubles + double.close);
    return before !== undefined &&
      before.accept === accept &&
      before.recv === recv &&
      before.send === send &&
      before.finReceived === finReceived &&
      before.finSent === finSent &&
      before.close === close
      ? before
      : { accept, recv, send, finReceived, finSent, close };
  }

  #moment(double: number): number | null {
    const at = this.#double(double);
    return at === 0 ? null : at;
  }

  #hostPort(at: number, lengthWord: number, portWord: number): string {
    const host = this.#bytes.toString('latin1', at, at + this.#word(lengthWord));
    const port = this.#word(portWord);
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  }

  /**
   * Runs `copy` between two looks at a sequence number until both agree. Null when they never did. The second look is
   * a read-modify-write because a plain atomic load would let the reads before it be moved behind it (on ARM).
   */
  #guarded<T>(guard: number, copy: () => T): { readonly value: T; readonly guard: number } | null {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const before = Atomics.load(this.#words, guard);
      if (before % 2 !== 0) continue;
      const value = copy();
      if (Atomics.add(this.#words, guard, 0) === before) return { value, guard: before };
    }
    return null;
  }

  #total(field: number): number {
    return this.#double(headerDoubles + field);
  }

  #word(at: number): number {
    return this.#words[at] ?? 0;
  }

  #double(at: number): number {
    return this.#doubles[at] ?? 0;
  }
}
