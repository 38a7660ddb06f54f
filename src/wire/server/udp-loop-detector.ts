import { crc32 } from 'node:zlib';

/** How many equal datagrams are taken for a loop. */
export interface LoopLimits {
  /** Answers in a row that came back. */
  readonly inARow: number;
  /**
   * One datagram of so many is compared. A prime: of a client that sends something new in every second message, or every
   * third, not always the same one is compared.
   */
  readonly perSample: number;
  /** Datagrams after which one counts as not coming back: more than a loop holds. */
  readonly patience: number;
}

/**
 * A loop lasts 9 s at 30,000 round trips a second, as two echo servers of Node reach over loopback. It may have twice as
 * many datagrams as the socket buffers of two machines hold (net.core.rmem_default of Linux).
 */
export const loopLimits: LoopLimits = { inARow: 2 ** 18, perSample: 1021, patience: 2 ** 11 };

/**
 * Detects a peer that only sends our answers back. Two servers that answer every datagram keep a single one going for ever,
 * and one with a forged source address starts it (CERT CA-1996-01, CVE-2024-2169).
 *
 * Such a server looks like a client that repeats one message after each answer, except that a client ends some day. So only
 * the length tells a loop, and what we do about it must be what UDP may do to any client (RFC 768: "delivery and duplicate
 * protection are not guaranteed"): an answer does not come. That ends a loop, because neither side has anything left to
 * answer. A client that goes on is served as before.
 *
 * In a loop nothing new comes. So one datagram is remembered (its length and CRC-32) until it comes back, then the next
 * one: 257 of them make a loop. A client with one new message in ten is taken for a loop once in 10^11 times. A loop may
 * have up to `patience` different datagrams.
 */
export class UdpLoopDetector {
  readonly #limits: LoopLimits;
  #length = -1;
  #checksum = 0;
  /** Datagrams since that one; at first there is none. */
  #age = Infinity;
  #isBack = false;
  /** Datagrams since one did not come back. */
  #inARow = 0;

  constructor(limits: LoopLimits) {
    this.#limits = limits;
  }

  /** Takes the next datagram that we would answer. Returns true where it makes a loop. */
  isLoop(bytes: Uint8Array): boolean {
    const { inARow, perSample, patience } = this.#limits;
    this.#inARow += 1;
    this.#age += 1;
    this.#isBack ||= bytes.length === this.#length && crc32(bytes) === this.#checksum;
    if (this.#age >= (this.#isBack ? perSample : patience)) {
      if (!this.#isBack) this.#inARow = 0;
      this.#length = bytes.length;
      this.#checksum = crc32(bytes);
      this.#age = 0;
      this.#isBack = false;
    }
    return this.#inARow >= inARow;
  }
}
