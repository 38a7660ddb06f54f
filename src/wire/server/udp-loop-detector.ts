import { crc32 } from 'node:zlib';

/** How much of the same is taken for a loop, in datagrams. */
export interface LoopLimits {
  /** Answers in a row that came back, before it is taken for a loop. */
  readonly inARow: number;
  /**
   * How many datagrams one that came back stands for. A prime: of a client that says something new in every second
   * message, or in any other of its own turns, not always the same message is looked at.
   */
  readonly perSample: number;
  /** How long a datagram is waited for before it counts as one that does not come back: more than a loop holds. */
  readonly patience: number;
}

/**
 * At 30,000 round trips a second, which is what two echo servers of Node reach over loopback, a loop lasts 9 s. Twice as
 * many datagrams as the socket buffers of two machines hold by default (net.core.rmem_default of Linux) may go round.
 */
export const loopLimits: LoopLimits = { inARow: 2 ** 18, perSample: 1021, patience: 2 ** 11 };

/**
 * Tells when a peer does nothing but send our answers back. Two servers that answer whatever comes keep a single
 * datagram going for ever, and a forged sender's address is enough to begin it (CERT CA-1996-01, CVE-2024-2169).
 *
 * From outside, an echo server and a client that repeats one message after each answer are the same, except that the
 * client ends some day. So a loop is known by its length alone, and what is done about it must be what UDP may do to
 * any client (RFC 768: "delivery and duplicate protection are not guaranteed"): an answer does not come. A client that
 * goes on by itself then is served as before, and a loop is over, because neither side has anything left to answer.
 *
 * In a loop nothing new ever comes. So one datagram is remembered (its length and CRC-32, not its bytes) and waited for;
 * when it has come back the next is remembered: 257 of them make a loop. A client of whose messages one in ten is new is
 * taken for one once in 10^11 times. Up to `patience` different datagrams that go round
 * together are still known for a loop.
 */
export class UdpLoopDetector {
  readonly #limits: LoopLimits;
  #length = -1;
  #checksum = 0;
  /** Datagrams since that one. The first is remembered as it comes. */
  #age = Infinity;
  #isBack = false;
  /** Datagrams since one last did not come back. */
  #inARow = 0;

  constructor(limits: LoopLimits) {
    this.#limits = limits;
  }

  /** Takes the next datagram of the peer, which is to be answered as it is. True when it is one too many. */
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
