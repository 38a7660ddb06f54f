import type { EchoExpectation, Mismatch } from '../../engine/protocol.ts';

/** Messages that wait for an answer, at most; those beyond are sent, and their answers belong to no message. */
export const maxWaiting = 10_000;

/** Bytes received, and the message they answer: null where they answer none, or nobody can tell which. */
export interface Reply {
  readonly id: number | null;
  readonly piece: Uint8Array;
  /** From sending the message to its last byte back; null until then, and where the reply is no echo. */
  readonly roundTripMs: number | null;
  /** Where in its message the reply stops being an echo; null where it does not. */
  readonly differs: Mismatch | null;
}

/** A message that waits for its echo, or for a part of it. */
interface Waiting {
  /** Null for several messages, once too many wait to tell their echoes apart. */
  readonly id: number | null;
  readonly at: number;
  /** Bytes of the message whose echo has come, and those whose echo is still to come. */
  come: number;
  left: number;
  /** Nothing more of the message follows. */
  isWhole: boolean;
  /** How many messages these are, where they are several. */
  messages: number;
}

/** Sent bytes that have not come back. Beyond a bound only their number is kept: then they count as equal. */
interface Sent {
  readonly bytes: Uint8Array | null;
  length: number;
}

/** Bytes kept to compare: more than an echo that answers at once leaves on its way. */
const maxKeptBytes = 8 << 20;

/** So many bytes of an echo make it one, without a whole message. */
const establishingBytes = 1024;

/**
 * Attributes what comes over a stream to the messages that went out. An echo brings the bytes back in their order, so a
 * reply belongs to a message by its position, and a message is answered when its last byte has come back. That holds for an
 * echo alone, so it depends on what is expected:
 *
 * - `due`: each byte goes to its message, by position.
 * - `mixed`: what equals the messages is their echo; all else answers none.
 * - `unknown`: what comes is an echo as long as every byte of it was one. The first read that is not, or that has more
 *   than was sent, ends it: then `none`. Once an echo was seen, the message where it stops is told (`differs`).
 * - `none`: each read answers none.
 *
 * A read is cut only where it is an echo.
 */
export class ReplyAttribution {
  #expectation: EchoExpectation;
  readonly #waiting: Waiting[] = [];
  readonly #sent: Sent[] = [];
  #sentBytes = 0;
  #keptBytes = 0;
  /** The message that is being sent in parts. */
  #inParts: { readonly id: number; readonly at: number; length: number } | null = null;
  #hasSent = false;
  /** An echo was seen. */
  #isEstablished = false;
  #establishing = 0;

  constructor(expectation: EchoExpectation) {
    this.#expectation = expectation;
  }

  /** Whether replies are compared with what was sent. */
  get compares(): boolean {
    return this.#expectation !== 'none';
  }

  /** Messages without a full echo; none where no echo is known to be due. */
  get unanswered(): number {
    if (this.#expectation === 'unknown' && !this.#isEstablished) return 0;
    const known = new Set(this.#waiting.flatMap(({ id }) => id ?? []));
    return this.#waiting.reduce((sum, { messages }) => sum + messages, known.size);
  }

  /** From now on another expectation. Without an echo nothing waits for one. */
  expect(expectation: EchoExpectation): void {
    if (expectation === 'none') this.#forget();
    this.#expectation = expectation;
  }

  /** A message, or a part of one, that goes out now. The bytes are kept, not copied. */
  sent(id: number, bytes: Uint8Array, at: number, isWhole: boolean): void {
    this.#hasSent = true;
    if (this.#expectation === 'none' || bytes.length === 0) return;
    this.#keep(bytes);
    const tail = this.#waiting.at(-1);
    const message = this.#inParts?.id === id ? this.#inParts : { id, at, length: 0 };
    const part = { at: message.at, come: message.length, left: bytes.length, isWhole };
    message.length += bytes.length;
    if (!isWhole) this.#inParts = message;
    if (tail?.id === id) {
      tail.left += bytes.length;
      tail.isWhole = isWhole;
    } else if (this.#waiting.length < maxWaiting) this.#waiting.push({ ...part, id, messages: 0 });
    else if (tail?.id === null) {
      tail.left += bytes.length;
      tail.messages += 1;
    } else this.#waiting.push({ ...part, id: null, messages: 1 });
  }

  /** What one read has brought, `at` monotonic ms. */
  received(read: Uint8Array, at: number): Reply[] {
    switch (this.#expectation) {
      case 'due':
        return this.#cut(read, at);
      case 'mixed':
        return this.#receivedMixed(read, at);
      case 'unknown':
        return this.#receivedUnknown(read, at);
      case 'none':
        return [asItCame(read)];
      default:
        return this.#expectation satisfies never;
    }
  }

  #receivedMixed(read: Uint8Array, at: number): Reply[] {
    const agreeing = this.#agreeing(read, 0);
    if (agreeing === read.length) return this.#cut(read, at);
    // Other bytes may stand before the echoes, or behind them.
    const head = read.length - this.#sentBytes;
    if (this.#sentBytes > 0 && head > 0 && this.#agreeing(read, head) === this.#sentBytes)
      return [asItCame(read.subarray(0, head)), ...this.#cut(read.subarray(head), at)];
    const whole = this.#wholeMessages(agreeing);
    const echoes = whole === 0 ? [] : this.#cut(read.subarray(0, whole), at);
    return [...echoes, asItCame(read.subarray(whole))];
  }

  #receivedUnknown(read: Uint8Array, at: number): Reply[] {
    // A greeting: nobody has asked for anything yet.
    if (!this.#hasSent) return [asItCame(read)];
    const agreeing = this.#agreeing(read, 0);
    if (agreeing === read.length) {
      const replies = this.#cut(read, at);
      this.#establishing += read.length;
      this.#isEstablished ||=
        this.#establishing >= establishingBytes || replies.some(({ roundTripMs }) => roundTripMs !== null);
      return replies;
    }
    const replies =
      this.#isEstablished && agreeing < this.#sentBytes ? this.#deviating(read, agreeing, at) : [asItCame(read)];
    this.expect('none');
    return replies;
  }

  /** A read that stops being an echo `agreeing` bytes from its start: what is whole before that, and the rest in one. */
  #deviating(read: Uint8Array, agreeing: number, at: number): Reply[] {
    const whole = this.#wholeMessages(agreeing);
    const echoes = whole === 0 ? [] : this.#cut(read.subarray(0, whole), at);
    const message = this.#waiting[0];
    const differs = { at: (message?.come ?? 0) + agreeing - whole, within: 1 };
    return [...echoes, { id: message?.id ?? null, piece: read.subarray(whole), roundTripMs: null, differs }];
  }

  /** Cuts a read where the messages that it answers end. */
  #cut(read: Uint8Array, at: number): Reply[] {
    const replies: Reply[] = [];
    for (let from = 0; from < read.length; ) {
      const message = this.#waiting[0];
      const piece = read.subarray(from, from + (message?.left ?? read.length));
      from += piece.length;
      if (message === undefined) {
        replies.push(asItCame(piece));
        continue;
      }
      this.#drop(piece.length);
      message.come += piece.length;
      message.left -= piece.length;
      if (message.left === 0) this.#waiting.shift();
      const isAnswered = message.id !== null && message.left === 0 && message.isWhole;
      replies.push({ id: message.id, piece, roundTripMs: isAnswered ? at - message.at : null, differs: null });
    }
    return replies;
  }

  /** How many bytes of `read`, from `from` on, equal those that were sent and have not come back. */
  #agreeing(read: Uint8Array, from: number): number {
    let agreeing = 0;
    for (const { bytes, length } of this.#sent) {
      const piece = read.subarray(from + agreeing, from + agreeing + length);
      if (piece.length === 0) break;
      const differs = bytes === null ? -1 : firstDifference(bytes, piece);
      if (differs !== -1) return agreeing + differs;
      agreeing += piece.length;
    }
    return agreeing;
  }

  /** The bytes up to the end of the last message that ends within the next `bytes`. */
  #wholeMessages(bytes: number): number {
    let whole = 0;
    for (const { left, isWhole } of this.#waiting) {
      if (!isWhole || whole + left > bytes) break;
      whole += left;
    }
    return whole;
  }

  #keep(bytes: Uint8Array): void {
    this.#sentBytes += bytes.length;
    const tail = this.#sent.at(-1);
    if (this.#keptBytes + bytes.length <= maxKeptBytes) {
      this.#keptBytes += bytes.length;
      this.#sent.push({ bytes, length: bytes.length });
    } else if (tail?.bytes === null) tail.length += bytes.length;
    else this.#sent.push({ bytes: null, length: bytes.length });
  }

  /** So many sent bytes have come back. */
  #drop(bytes: number): void {
    this.#sentBytes -= bytes;
    for (let left = bytes; left > 0; ) {
      const head = this.#sent[0];
      if (head === undefined) return;
      const taken = Math.min(left, head.length);
      left -= taken;
      if (head.bytes !== null) this.#keptBytes -= taken;
      if (taken === head.length) this.#sent.shift();
      else this.#sent[0] = { bytes: head.bytes?.subarray(taken) ?? null, length: head.length - taken };
    }
  }

  #forget(): void {
    this.#waiting.length = 0;
    this.#sent.length = 0;
    this.#sentBytes = 0;
    this.#keptBytes = 0;
  }
}

const asItCame = (piece: Uint8Array): Reply => ({ id: null, piece, roundTripMs: null, differs: null });

/** Index at which `piece` differs from the start of `bytes`; -1 where it does not. */
const firstDifference = (bytes: Uint8Array, piece: Uint8Array): number => {
  if (Buffer.compare(bytes.subarray(0, piece.length), piece) === 0) return -1;
  return piece.findIndex((byte, index) => byte !== bytes[index]);
};
