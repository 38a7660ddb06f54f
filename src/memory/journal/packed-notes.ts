import { hostPort, type Transport, transportNames } from '../../text/endpoint.ts';
import { endings } from '../ledger/row.ts';
import type { Outcome } from '../ledger/slot-memory.ts';
import type { Ends } from '../ledger/writer.ts';
import { type Note, type Refusal, refusals } from './note.ts';

/**
 * A batch of notes as it crosses threads: all of their numbers, in the order of their fields; the words that they name by
 * number, each once, one to a line; and their payload, end to end. As objects, four notes a connection took a quarter of
 * the wire thread's time to clone.
 */
export interface PackedNotes {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly words: string;
  readonly bytes: Uint8Array;
}

/** Who is at the other end. */
export type Peer = Pick<Ends, 'peerHost' | 'peerPort'>;

const types = ['open', 'half-close', 'data', 'message', 'close', 'refused'] as const satisfies readonly Note['type'][];
const sides = ['peer', 'local'] as const;

/** Numbers that there is room for at first, those of a few dozen connections. */
const firstLength = 1024;
/** Longer memory leaves with its batch; what is shorter is copied, and used again. */
const keptLength = 1 << 16;
/** No note has more numbers: there is room for so many before each. */
const maxNumbers = 16;

/**
 * Packs notes as they are written down, all but their payload. Nothing is kept of a note but its numbers in one array, and
 * words that were not there before: objects, or texts, that wait for their batch are copied by the collector meanwhile,
 * which took a tenth of the wire thread's time and stopped it for milliseconds.
 */
export class NotePacker {
  #numbers = new Float64Array(firstLength);
  #length = 0;
  #count = 0;
  /** The words so far, and the number of each. Most notes name the same few hosts. */
  #words = new Map<string, number>();

  /** Notes that were packed since the last batch. */
  get count(): number {
    return this.#count;
  }

  open(at: number, id: number, { transport, peerHost, peerPort, localHost, localPort }: Ends): void {
    this.#begin('open', at);
    this.#put(id);
    this.#put(transportNames.indexOf(transport));
    this.#putEnd(peerHost, peerPort);
    this.#putEnd(localHost, localPort);
  }

  halfClose(at: number, id: number, by: 'peer' | 'local'): void {
    this.#begin('half-close', at);
    this.#put(id);
    this.#put(sides.indexOf(by));
  }

  /** `length` bytes of payload belong to it. */
  data(at: number, id: number, transport: Transport, length: number): void {
    this.#begin('data', at);
    this.#put(id);
    this.#put(transportNames.indexOf(transport));
    this.#put(length);
  }

  /** `kept` bytes of payload belong to it, of a message of `length`. */
  message(at: number, id: number, kept: number, length: number): void {
    this.#begin('message', at);
    this.#put(id);
    this.#put(kept);
    this.#put(length);
  }

  close(at: number, id: number, transport: Transport, { peerHost, peerPort }: Peer, outcome: Outcome): void {
    this.#begin('close', at);
    this.#put(id);
    this.#put(transportNames.indexOf(transport));
    this.#putEnd(peerHost, peerPort);
    this.#put(outcome.ms);
    this.#put(endings.indexOf(outcome.how));
    this.#put(outcome.bytesIn);
    this.#put(outcome.bytesOut);
    this.#put(outcome.reads);
    this.#put(outcome.writes);
    this.#put(this.#numberOf(outcome.error ?? ''));
  }

  refused(at: number, { peerHost, peerPort }: Peer, why: Refusal): void {
    this.#begin('refused', at);
    this.#putEnd(peerHost, peerPort);
    this.#put(refusals.indexOf(why));
  }

  /** The notes since the last batch. */
  take(bytes: Uint8Array): PackedNotes {
    const isLong = this.#numbers.length > keptLength;
    const numbers = isLong ? this.#numbers.subarray(0, this.#length) : this.#numbers.slice(0, this.#length);
    const words = [...this.#words.keys()].join('\n');
    if (isLong) this.#numbers = new Float64Array(firstLength);
    this.#length = 0;
    this.#count = 0;
    this.#words = new Map();
    return { numbers, words, bytes };
  }

  #begin(type: Note['type'], at: number): void {
    if (this.#length + maxNumbers > this.#numbers.length) {
      const longer = new Float64Array(this.#numbers.length * 2);
      longer.set(this.#numbers);
      this.#numbers = longer;
    }
    this.#count++;
    this.#put(types.indexOf(type));
    this.#put(at);
  }

  #putEnd(host: string, port: number): void {
    this.#put(this.#numberOf(host));
    this.#put(port);
  }

  #put(number: number): void {
    this.#numbers[this.#length++] = number;
  }

  #numberOf(word: string): number {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const number = this.#words.size;
    this.#words.set(word, number);
    return number;
  }
}

/** The notes of a batch. Their payload stays in the memory of the batch. */
export const unpackNotes = ({ numbers, words, bytes }: PackedNotes): readonly Note[] => {
  const texts = words.split('\n');
  const notes: Note[] = [];
  let [number, byte] = [0, 0];
  const next = (): number => numbers[number++] ?? 0;
  const nextWord = (): string => texts[next()] ?? '';
  const nextEnd = (): string => {
    const host = nextWord();
    return hostPort(host, next());
  };
  const nextBytes = (length: number): Uint8Array => {
    byte += length;
    return bytes.subarray(byte - length, byte);
  };
  const nextTransport = (): Transport => transportNames[next()] ?? 'tcp';
  while (number < numbers.length) {
    // Each field is read into a name of its own, in the order in which the packer wrote it.
    const kind = types[next()] ?? 'refused';
    const at = next();
    switch (kind) {
      case 'open': {
        const id = next();
        const transport = nextTransport();
        const peer = nextEnd();
        const local = nextEnd();
        notes.push({ type: kind, at, id, transport, peer, local });
        break;
      }
      case 'half-close': {
        const id = next();
        const by = sides[next()] ?? 'peer';
        notes.push({ type: kind, at, id, by });
        break;
      }
      case 'data': {
        const id = next();
        const transport = nextTransport();
        const bytes = nextBytes(next());
        notes.push({ type: kind, at, id, transport, bytes });
        break;
      }
      case 'message': {
        const id = next();
        const bytes = nextBytes(next());
        const length = next();
        notes.push({ type: kind, at, id, bytes, length });
        break;
      }
      case 'close': {
        const id = next();
        const transport = nextTransport();
        const peer = nextEnd();
        const ms = next();
        const how = endings[next()] ?? 'error';
        const bytesIn = next();
        const bytesOut = next();
        const reads = next();
        const writes = next();
        const error = nextWord() || null;
        notes.push({ type: kind, at, id, transport, peer, ms, how, bytesIn, bytesOut, reads, writes, error });
        break;
      }
      case 'refused': {
        const peer = nextEnd();
        const why = refusals[next()] ?? 'denied';
        notes.push({ type: kind, at, peer, why });
        break;
      }
      default:
        kind satisfies never;
    }
  }
  return notes;
};
