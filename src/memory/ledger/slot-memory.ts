import { getSystemErrorMap } from 'node:util';
import { hostPort, type Transport, transportNames } from '../../text/endpoint.ts';
import { double, doublesOf, hostBytes, hostsOf, word, wordsOf } from './layout.ts';
import { disciplines, type Ending, endings, ourEnds, type Row, states } from './row.ts';

/** How a connection ended. `ms`: from accept to close. */
export interface Outcome extends Pick<Row, 'error' | 'bytesIn' | 'bytesOut' | 'reads' | 'writes'> {
  readonly how: Ending;
  readonly ms: number;
}

/** Memory laid out as a ledger: the fields of a slot, and its row. Reads no guard: for copies, and the writer's thread. */
export class SlotMemory {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly #bytes: Buffer;
  readonly #firstSlot: number;

  /** Rows are numbered by slot from `firstSlot` on. */
  constructor(memory: ArrayBufferLike, firstSlot = 0) {
    this.words = new Int32Array(memory);
    this.doubles = new Float64Array(memory);
    this.#bytes = Buffer.from(memory);
    this.#firstSlot = firstSlot;
  }

  /** Number of the connection in a slot, 0 in one that was never used. */
  idOf(slot: number): number {
    return this.#word(wordsOf(slot) + word.id);
  }

  transportOf(slot: number): Transport {
    return transportNames[this.#word(wordsOf(slot) + word.transport)] ?? 'tcp';
  }

  /** One of the doubles of a slot. */
  double(slot: number, field: number): number {
    return this.#double(doublesOf(slot) + field);
  }

  /** The row of a slot; undefined in one that was never used. What did not change comes from the row `before`. */
  row(slot: number, before?: Row): Row | undefined {
    const w = wordsOf(slot);
    const d = doublesOf(slot);
    const id = this.#word(w + word.id);
    if (id === 0) return undefined;
    // The texts of both ends are half of the work of a row, and never change within a connection.
    const same = before?.id === id ? before : undefined;
    return {
      slot: this.#firstSlot + slot,
      id,
      transport: this.transportOf(slot),
      peer: same?.peer ?? this.#hostPort(hostsOf(slot), w + word.peerLength, w + word.peerPort),
      local: same?.local ?? this.#hostPort(hostsOf(slot) + hostBytes, w + word.localLength, w + word.localPort),
      state: states[this.#word(w + word.state)] ?? 'CLOSED',
      discipline: disciplines[this.#word(w + word.discipline)] ?? 'chunk',
      how: this.#how(w),
      error: this.#error(w),
      ourEnd: ourEnds[this.#word(w + word.ourEnd)] ?? 'unknown',
      bytesIn: this.#double(d + double.bytesIn),
      bytesOut: this.#double(d + double.bytesOut),
      reads: this.#double(d + double.reads),
      writes: this.#double(d + double.writes),
      held: this.double(slot, double.held),
      stalled: this.#word(w + word.stalled) === 1,
      paused: this.#word(w + word.paused) === 1,
      activeAt: this.#double(d + double.activeAt),
      at: this.#moments(d, same?.at),
    };
  }

  /** How the connection in a slot ended; null while it is open. */
  outcome(slot: number): Outcome | null {
    const words = wordsOf(slot);
    const doubles = doublesOf(slot);
    const how = this.#how(words);
    if (how === null) return null;
    return {
      how,
      error: this.#error(words),
      ms: this.#double(doubles + double.close) - this.#double(doubles + double.accept),
      bytesIn: this.#double(doubles + double.bytesIn),
      bytesOut: this.#double(doubles + double.bytesOut),
      reads: this.#double(doubles + double.reads),
      writes: this.#double(doubles + double.writes),
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

  /** The moments of a slot; the same object as `before` where they are equal, as they mostly are. */
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
    return hostPort(host, port);
  }

  #word(at: number): number {
    return this.words[at] ?? 0;
  }

  #double(at: number): number {
    return this.doubles[at] ?? 0;
  }
}
