import type { Mismatch } from '../../engine/protocol.ts';

/**
 * Offset of the first byte at which an echo differs from what was sent; null where there is none. Missing bytes differ
 * only if `isWhole`: nothing more will come.
 */
const firstDifference = (sent: Uint8Array, echo: Uint8Array, isWhole: boolean): number | null => {
  const common = Math.min(sent.length, echo.length);
  for (let offset = 0; offset < common; offset += 1) if (sent[offset] !== echo[offset]) return offset;
  return isWhole && sent.length !== echo.length ? common : null;
};

/** One entry of the chat between the embedded client and its peer. `at` is wall-clock ms since 1970. */
export type Entry = Sent | Received | Note;

interface Common {
  /** Number of the entry, rising. */
  readonly key: number;
  readonly at: number;
}

interface Payload extends Common {
  /** The bytes, at most the first `maxEntryBytes`. */
  readonly bytes: Uint8Array;
  /** How many more there were. */
  readonly skipped: number;
}

/** A message that the kernel has taken. */
export interface Sent extends Payload {
  readonly kind: 'sent';
  /** Number of the message. */
  readonly id: number;
}

/** Bytes received: the answer to one message, or a piece that answers none. */
export interface Received extends Payload {
  readonly kind: 'received';
  /** The message it answers; null where it answers none. */
  readonly to: number | null;
  /** From the kernel taking the message to the last byte of the answer; null until then. */
  readonly roundTripMs: number | null;
  /** Offset of the first byte that differs from what was sent; null where none is known. */
  readonly differsAt: number | null;
  /** Size of the range from `differsAt` on that holds the first difference; 1 where its offset is known. */
  readonly differsWithin: number;
  /** Bytes of the answer that had not come when the connection ended. */
  readonly missing: number;
}

/** A line of our own about the connection. */
export interface Note extends Common {
  readonly kind: 'note';
  readonly text: string;
  readonly tone: 'info' | 'error';
  /** How often it came in a row; `at` is the last time. */
  readonly count: number;
}

/** Entries kept; the oldest are dropped. */
export const maxEntries = 1000;
/** Bytes kept of each entry; further ones are only counted. */
export const maxEntryBytes = 4096;

/** UTF-16 units kept of a note: a message of 4 KiB made printable has four for each byte. */
export const maxNoteLength = 20_000;

const nothing = new Uint8Array(0);

/** The chat, oldest entry first. Immutable: each change gives a new one, in which unchanged entries are the same objects. */
export class Transcript {
  static readonly empty = new Transcript([], 1);

  readonly entries: readonly Entry[];
  readonly #nextKey: number;

  private constructor(entries: readonly Entry[], nextKey: number) {
    this.entries = entries;
    this.#nextKey = nextKey;
  }

  sent(at: number, id: number, bytes: Uint8Array): Transcript {
    return this.#add({ kind: 'sent', key: this.#nextKey, at, id, ...append(nothing, 0, bytes, 0) });
  }

  /** A piece of an answer. Pieces that answer the same message become one entry, where the first one is. */
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
    const partial = this.#partialAnswer(id);
    const grown = append(partial?.bytes ?? nothing, partial?.skipped ?? 0, piece.bytes, piece.skipped);
    const sent = this.#message(id);
    const isWhole = roundTripMs !== null && grown.skipped === 0 && sent?.skipped === 0;
    const differsAt = differs?.at ?? (sent === undefined ? null : firstDifference(sent.bytes, grown.bytes, isWhole));
    const difference = { differsAt, differsWithin: differs?.within ?? 1, missing: 0 };
    const entry = { kind: 'received', at, to: id, roundTripMs, ...difference, ...grown } as const;
    return partial === undefined
      ? this.#add({ ...entry, key: this.#nextKey })
      : this.#map((candidate) => (candidate === partial ? { ...entry, key: partial.key } : candidate));
  }

  /** The connection ended: incomplete answers stay incomplete. */
  closed(): Transcript {
    return this.#map((entry) => {
      if (entry.kind !== 'received' || entry.roundTripMs !== null || entry.missing > 0) return entry;
      const sent = this.#message(entry.to);
      const missing = sent === undefined ? 0 : sizeOf(sent) - sizeOf(entry);
      return missing > 0 ? { ...entry, missing } : entry;
    });
  }

  /** An error that repeats, such as that of a server which is not up yet, stays one entry. */
  note(at: number, text: string, tone: Note['tone'] = 'info'): Transcript {
    const kept = text.length > maxNoteLength ? `${text.slice(0, maxNoteLength)}…` : text;
    const last = this.entries.at(-1);
    if (tone === 'error' && last?.kind === 'note' && last.tone === 'error' && last.text === kept)
      return new Transcript([...this.entries.slice(0, -1), { ...last, at, count: last.count + 1 }], this.#nextKey);
    return this.#add({ kind: 'note', key: this.#nextKey, at, text: kept, tone, count: 1 });
  }

  /** Without entries. No key is used again. */
  cleared(): Transcript {
    return new Transcript([], this.#nextKey);
  }

  /** The unfinished answer to a message, if one has begun. */
  #partialAnswer(id: number | null): Received | undefined {
    if (id === null) return undefined;
    const entry = this.entries.findLast((candidate) => candidate.kind === 'received' && candidate.to === id);
    return entry?.kind === 'received' ? entry : undefined;
  }

  #message(id: number | null): Sent | undefined {
    const entry = this.entries.findLast((candidate) => candidate.kind === 'sent' && candidate.id === id);
    return entry?.kind === 'sent' ? entry : undefined;
  }

  #map(change: (entry: Entry) => Entry): Transcript {
    return new Transcript(this.entries.map(change), this.#nextKey);
  }

  #add(entry: Entry): Transcript {
    return new Transcript([...this.entries.slice(1 - maxEntries), entry], this.#nextKey + 1);
  }
}

const sizeOf = ({ bytes, skipped }: Payload): number => bytes.length + skipped;

const append = (
  kept: Uint8Array,
  skipped: number,
  more: Uint8Array,
  moreSkipped: number,
): { readonly bytes: Uint8Array; readonly skipped: number } => {
  // Nothing is kept behind skipped bytes: the text would put bytes side by side that were not.
  const room = skipped > 0 || moreSkipped > 0 ? 0 : maxEntryBytes - kept.length;
  const added = more.subarray(0, room);
  const bytes = new Uint8Array(kept.length + added.length);
  bytes.set(kept);
  bytes.set(added, kept.length);
  return { bytes, skipped: skipped + moreSkipped + more.length - added.length };
};
