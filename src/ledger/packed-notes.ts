import type { Note } from './note.ts';
import { endings } from './row.ts';

/**
 * A batch of notes as it crosses threads: all of their numbers, in the order of their fields; their words, one to a line;
 * and their payload, end to end. As objects, four notes a connection took a quarter of the wire thread's time to clone.
 */
export interface PackedNotes {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly words: string;
  readonly bytes: Uint8Array;
}

const types = ['open', 'half-close', 'data', 'message', 'close', 'refused'] as const satisfies readonly Note['type'][];
const transports = ['tcp', 'udp'] as const;
const sides = ['peer', 'local'] as const;
const reasons = ['denied', 'max-connections'] as const;

/** Puts the fields of one note behind those of others, all but its payload. */
export const packNote = (note: Note, numbers: number[], words: string[]): void => {
  numbers.push(types.indexOf(note.type), note.at);
  switch (note.type) {
    case 'open':
      numbers.push(note.id, transports.indexOf(note.transport));
      words.push(note.peer, note.local);
      return;
    case 'half-close':
      numbers.push(note.id, sides.indexOf(note.by));
      return;
    case 'data':
      numbers.push(note.id, transports.indexOf(note.transport), note.bytes.length);
      return;
    case 'message':
      numbers.push(note.id, note.bytes.length, note.length);
      return;
    case 'close':
      numbers.push(note.id, transports.indexOf(note.transport), note.ms, endings.indexOf(note.how));
      numbers.push(note.bytesIn, note.bytesOut, note.reads, note.writes);
      words.push(note.peer, note.error ?? '');
      return;
    case 'refused':
      numbers.push(reasons.indexOf(note.why));
      words.push(note.peer);
      return;
    default:
      note satisfies never;
  }
};

/** The notes of a batch. Their payload stays in the memory of the batch. */
export const unpackNotes = ({ numbers, words, bytes }: PackedNotes): readonly Note[] => {
  const texts = words.split('\n');
  const notes: Note[] = [];
  let [number, word, byte] = [0, 0, 0];
  const next = (): number => numbers[number++] ?? 0;
  const text = (): string => texts[word++] ?? '';
  const piece = (length: number): Uint8Array => {
    byte += length;
    return bytes.subarray(byte - length, byte);
  };
  const transport = () => transports[next()] ?? 'tcp';
  while (number < numbers.length) {
    const kind = types[next()] ?? 'refused';
    const at = next();
    switch (kind) {
      case 'open':
        notes.push({ type: kind, at, id: next(), transport: transport(), peer: text(), local: text() });
        break;
      case 'half-close':
        notes.push({ type: kind, at, id: next(), by: sides[next()] ?? 'peer' });
        break;
      case 'data':
        notes.push({ type: kind, at, id: next(), transport: transport(), bytes: piece(next()) });
        break;
      case 'message':
        notes.push({ type: kind, at, id: next(), bytes: piece(next()), length: next() });
        break;
      case 'close':
        // Not spread: that takes longer than all the rest.
        notes.push({
          type: kind,
          at,
          id: next(),
          transport: transport(),
          ms: next(),
          how: endings[next()] ?? 'error',
          bytesIn: next(),
          bytesOut: next(),
          reads: next(),
          writes: next(),
          peer: text(),
          error: text() || null,
        });
        break;
      case 'refused':
        notes.push({ type: kind, at, why: reasons[next()] ?? 'denied', peer: text() });
        break;
      default:
        kind satisfies never;
    }
  }
  return notes;
};
