import type { MergedRingReader } from '../memory/recorder/merged-reader.ts';
import type { DataRecord, Missed, WireRecord } from '../memory/recorder/record.ts';
import { completeLength } from '../text/utf8.ts';
import type { Filter } from './filter.ts';
import type { Snapshot } from './snapshot.ts';

/** Lines kept; the oldest leave first, and are counted. */
export const maxTalkLines = 2000;
/** Bytes kept of the first line of a message. */
const maxSaidBytes = 512;
/** Bytes of the recorder that are read for one picture; what is older is skipped. */
const pieceBytes = 2 << 20;
/**
 * Lines that a picture adds in the long run, and those that it saves up for a burst: what comes faster is shown in part,
 * because nobody can read it.
 */
const linesEach = 20;
const savedLines = 1000;

const newline = 0x0a;

/** What one call moved, by its first line. */
export interface Said {
  readonly type: 'said';
  /** Number of the line, rising. */
  readonly key: number;
  /** Number of the connection. */
  readonly id: number;
  readonly by: 'peer' | 'us';
  /** Ms since 1970. */
  readonly wallMs: number;
  /** Its first line, without the line feed; `maxSaidBytes` at most. */
  readonly bytes: Uint8Array;
  /** Bytes behind them, the line feed included. */
  readonly more: number;
}

/** Messages that are not shown, in their place. */
export interface Unsaid {
  readonly type: 'unsaid';
  readonly key: number;
  /** How many; with `isMore` there were others, of which the recorder has kept only how long they were together. */
  readonly messages: number;
  readonly isMore: boolean;
  readonly bytes: number;
}

export type TalkLine = Said | Unsaid;

/** Whose messages are shown, and which. */
export interface TalkChoice {
  /** Of connections. */
  readonly filter: Filter;
  /** What a message must contain, in any case; empty: all do. Of one that is folded in the recorder it is not known. */
  readonly text: string;
}

/** The recorder as the conversation of all reads it. */
export type TalkSource = Pick<MergedRingReader, 'read' | 'skip' | 'rings'>;

/** What a picture knows beside the records. */
interface Present {
  readonly snapshot: Snapshot;
  /** From monotonic to wall-clock time, ms. */
  readonly offsetMs: number;
}

/**
 * The conversation of all connections, oldest message first. It reads when it is asked to, a bounded piece each time: of
 * what it cannot show it counts messages and bytes, in their place.
 */
export class Talk {
  readonly choice: TalkChoice;
  readonly #source: TalkSource;
  readonly #needle: string;
  #lines: readonly TalkLine[] = [];
  #nextKey = 1;
  /** Lines that may be added. */
  #allowance = maxTalkLines;
  #isBegun = false;

  constructor(source: TalkSource, choice: TalkChoice) {
    this.#source = source;
    this.choice = choice;
    this.#needle = choice.text.toLowerCase();
  }

  /** As of the last reading; the same array while nothing is new. */
  get lines(): readonly TalkLine[] {
    return this.#lines;
  }

  /** Whether it has read what was there when it was opened. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Reads on. */
  read(present: Present): readonly TalkLine[] {
    const most = pieceBytes / this.#source.rings;
    const before = this.#source.skip(most);
    const reading = this.#source.read(most);
    const fresh: TalkLine[] = [];
    const messages = this.#chosen([...before.records, ...reading.records], present);
    const isShown = this.#shown(messages);
    // What a reading lacks lies before its records, and a skip behind what was young then.
    const young =
      before.records.length === 0 ? 0 : messages.findIndex(({ at }) => at > (before.records.at(-1)?.at ?? 0));
    const gapAt = young === -1 ? messages.length : young;
    messages.forEach((record, place) => {
      if (place === gapAt) this.#addMissed(fresh, before.missed, reading.missed);
      if (isShown[place]) fresh.push(this.#said(record, present.offsetMs));
      else this.#addUnsaid(fresh, record.count, record.length, false);
    });
    if (gapAt === messages.length) this.#addMissed(fresh, before.missed, reading.missed);
    if (fresh.length > 0) this.#lines = this.#kept(fresh);
    this.#isBegun = true;
    return this.#lines;
  }

  #chosen(records: readonly WireRecord[], { snapshot }: Present): readonly DataRecord[] {
    const { filter } = this.choice;
    const ids =
      filter.text === ''
        ? null
        : new Set(snapshot.connections.all.filter((row) => filter.matches(row, snapshot.at)).map(({ id }) => id));
    return records.flatMap((record) => {
      const isData = record.kind === 'recv' || record.kind === 'send';
      // The embedded client's end says the same as the server's.
      if (!isData || record.owner !== 'server' || ids?.has(record.id) === false || !this.#hasText(record)) return [];
      return [record];
    });
  }

  #hasText({ bytes, length }: DataRecord): boolean {
    if (this.#needle === '' || (bytes.length === 0 && length > 0)) return true;
    const { buffer, byteOffset } = bytes;
    return Buffer.from(buffer, byteOffset, bytes.length).toString().toLowerCase().includes(this.#needle);
  }

  /** The newest, and of connections that would have none the newest of each: one flood hides no quiet peer. */
  #shown(messages: readonly DataRecord[]): readonly boolean[] {
    const isShown = messages.map(() => false);
    let left = Math.floor(this.#allowance);
    const seen = new Set<number>();
    const show = (place: number): void => {
      isShown[place] = true;
      left--;
    };
    const quietShare = Math.floor(left / 2);
    for (let place = messages.length - 1; place >= 0 && left > 0; place--) {
      const message = messages[place];
      if (message === undefined || isFolded(message)) continue;
      if (left > quietShare || !seen.has(message.id)) show(place);
      seen.add(message.id);
    }
    this.#allowance = Math.min(savedLines, left + linesEach);
    return isShown;
  }

  #said({ kind, id, at, bytes, length }: DataRecord, offsetMs: number): Said {
    const end = bytes.indexOf(newline);
    const line = bytes.subarray(0, end < 0 ? bytes.length : end);
    const cut = line.length <= maxSaidBytes ? line : line.subarray(0, maxSaidBytes);
    const whole = cut === line ? line : line.subarray(0, completeLength(cut));
    // A copy: the bytes of a record hold a whole segment of the ring.
    return {
      type: 'said',
      key: this.#nextKey++,
      id,
      by: kind === 'recv' ? 'peer' : 'us',
      wallMs: at + offsetMs,
      bytes: Uint8Array.from(whole),
      more: length - whole.length,
    };
  }

  #addMissed(lines: TalkLine[], ...parts: readonly Missed[]): void {
    const bytes = parts.reduce((sum, { recv, send }) => sum + recv + send, 0);
    if (bytes > 0) this.#addUnsaid(lines, 0, bytes, true);
  }

  #addUnsaid(lines: TalkLine[], messages: number, bytes: number, isMore: boolean): void {
    const last = lines.at(-1) ?? (lines.length === 0 ? this.#lines.at(-1) : undefined);
    const line: Unsaid = { type: 'unsaid', key: this.#nextKey, messages, isMore, bytes };
    if (last?.type !== 'unsaid') {
      this.#nextKey++;
      lines.push(line);
      return;
    }
    if (lines.length > 0) lines.pop();
    else this.#lines = this.#lines.slice(0, -1);
    lines.push(sumOf(last, line));
  }

  /** The newest lines, and one in place of those that have left. */
  #kept(fresh: readonly TalkLine[]): readonly TalkLine[] {
    const all = [...this.#lines, ...fresh];
    const gone = all.length - maxTalkLines;
    if (gone <= 0) return all;
    const [first, ...left] = all.slice(0, gone + 1).map(asUnsaid);
    return first === undefined ? all : [left.reduce(sumOf, first), ...all.slice(gone + 1)];
  }
}

/** Only how long it was is known. */
const isFolded = ({ bytes, length }: DataRecord): boolean => bytes.length === 0 && length > 0;

const asUnsaid = (line: TalkLine): Unsaid =>
  line.type === 'unsaid'
    ? line
    : { type: 'unsaid', key: line.key, messages: 1, isMore: false, bytes: line.bytes.length + line.more };

const sumOf = (first: Unsaid, second: Unsaid): Unsaid => ({
  ...first,
  messages: first.messages + second.messages,
  isMore: first.isMore || second.isMore,
  bytes: first.bytes + second.bytes,
});
