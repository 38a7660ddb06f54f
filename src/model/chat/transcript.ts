import type { Mismatch } from '../../engine/protocol.ts';

/**
 * Where an echo is not what was sent: the offset of the first such byte, null where there is none. What is not there
 * yet does not differ, unless `isWhole` says that nothing follows.
 */
const firstDifference = (sent: Uint8Array, echo: Uint8Array, isWhole: boolean): number | null => {
  const common = Math.min(sent.length, echo.length);
  for (let offset = 0; offset < common; offset += 1) if (sent[offset] !== echo[offset]) return offset;
  return isWhole && sent.length !== echo.length ? common : null;
};

/** One line of the chat between the embedded client and whatever it talks to. `at` is wall-clock ms since 1970. */
export type Entry = Sent | Received | Note;

interface Common {
  /** Number of the entry, ever rising. */
  readonly key: number;
  readonly at: number;
}

interface Payload extends Common {
  /** The bytes, the first `keptBytes` of them at the most. */
  readonly bytes: Uint8Array;
  /** How many more there were than are kept. */
  readonly skipped: number;
}

/** A message that was handed to the kernel. */
export interface Sent extends Payload {
  readonly kind: 'sent';
  /** Number of the message. */
  readonly id: number;
}

/** What came back: the whole answer to one message, or one piece of bytes that nothing had asked for. */
export interface Received extends Payload {
  readonly kind: 'received';
  /** The message it answers; null where nothing was asked. */
  readonly to: number | null;
  /** From handing the message to the kernel until the last byte of its answer; null until then. */
  readonly roundTripMs: number | null;
  /** Offset of the first byte that is not what was sent; null where none is known. */
  readonly differsAt: number | null;
  /** It is one of so many bytes from there on; 1 where its place is known. */
  readonly differsWithin: number;
  /** Bytes that can't come any more: the connection ended before them. */
  readonly missing: number;
}

/** Something to know about the connection itself. */
export interface Note extends Common {
  readonly kind: 'note';
  readonly text: string;
  readonly tone: 'info' | 'error';
}

/** Entries kept; older ones go. */
export const keptEntries = 1000;
/** Bytes kept of each entry; more is only counted. */
export const keptBytes = 4096;

/** UTF-16 units kept of a note: a message of 4 KiB made harmless has four for each byte. */
export const keptNoteLength = 20_000;

const nothing = new Uint8Array(0);

/** The chat so far, oldest entry first. Pure: each change gives a new one, and entries that did not change are kept. */
export class Transcript {
  static readonly empty = new Transcript([], 1);

  readonly entries: readonly Entry[];
  readonly #nextKey: number;

  private constructor(entries: readonly Entry[], nextKey: number) {
    this.entries = entries;
    this.#nextKey = nextKey;
  }

  sent(at: number, id: number, bytes: Uint8Array): Transcript {
    return this.#add({ kind: 'sent', key: this.#nextKey, at, id, ...grow(nothing, 0, bytes, 0) });
  }

  /** A piece of an answer. Pieces that answer the same message become one entry, in the place of the first. */
  received(
    at: number,
    piece: {
      readonly id: number | null;
      readonly bytes: Uint8Array;
      readonly skipped: number;
      readonly roundTripMs: number | null;
      readonly differs: Mismatch | null;
    },
  ): Transcript {
    const { id, roundTripMs, differs } = piece;
    const begun = this.#begun(id);
    const grown = grow(begun?.bytes ?? nothing, begun?.skipped ?? 0, piece.bytes, piece.skipped);
    const sent = this.#message(id);
    const isWhole = roundTripMs !== null && grown.skipped === 0 && sent?.skipped === 0;
    const differsAt = differs?.at ?? (sent === undefined ? null : firstDifference(sent.bytes, grown.bytes, isWhole));
    const flaws = { differsAt, differsWithin: differs?.within ?? 1, missing: 0 };
    const entry = { kind: 'received', at, to: id, roundTripMs, ...flaws, ...grown } as const;
    return begun === undefined
      ? this.#add({ ...entry, key: this.#nextKey })
      : this.#with((candidate) => (candidate === begun ? { ...entry, key: begun.key } : candidate));
  }

  /** The connection is gone: answers that were not complete will never be. */
  closed(): Transcript {
    return this.#with((entry) => {
      if (entry.kind !== 'received' || entry.roundTripMs !== null || entry.missing > 0) return entry;
      const sent = this.#message(entry.to);
      const missing = sent === undefined ? 0 : sizeOf(sent) - sizeOf(entry);
      return missing > 0 ? { ...entry, missing } : entry;
    });
  }

  note(at: number, text: string, tone: Note['tone'] = 'info'): Transcript {
    const kept = text.length > keptNoteLength ? `${text.slice(0, keptNoteLength)}…` : text;
    return this.#add({ kind: 'note', key: this.#nextKey, at, text: kept, tone });
  }

  /** Without entries; those to come get other keys than those that were. */
  cleared(): Transcript {
    return new Transcript([], this.#nextKey);
  }

  /** The unfinished answer to a message, if one has begun. */
  #begun(id: number | null): Received | undefined {
    if (id === null) return undefined;
    const entry = this.entries.findLast((candidate) => candidate.kind === 'received' && candidate.to === id);
    return entry?.kind === 'received' ? entry : undefined;
  }

  #message(id: number | null): Sent | undefined {
    const entry = this.entries.findLast((candidate) => candidate.kind === 'sent' && candidate.id === id);
    return entry?.kind === 'sent' ? entry : undefined;
  }

  #with(change: (entry: Entry) => Entry): Transcript {
    return new Transcript(this.entries.map(change), this.#nextKey);
  }

  #add(entry: Entry): Transcript {
    return new Transcript([...this.entries.slice(1 - keptEntries), entry], this.#nextKey + 1);
  }
}

const sizeOf = ({ bytes, skipped }: Payload): number => bytes.length + skipped;

const grow = (
  kept: Uint8Array,
  skipped: number,
  more: Uint8Array,
  moreSkipped: number,
): { readonly bytes: Uint8Array; readonly skipped: number } => {
  // Once bytes are missing nothing may follow them, or the text would lie about what was next to what.
  const room = skipped > 0 || moreSkipped > 0 ? 0 : keptBytes - kept.length;
  const added = more.subarray(0, room);
  const bytes = new Uint8Array(kept.length + added.length);
  bytes.set(kept);
  bytes.set(added, kept.length);
  return { bytes, skipped: skipped + moreSkipped + more.length - added.length };
};
