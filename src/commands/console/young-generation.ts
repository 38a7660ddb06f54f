import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Where it is to stay, bytes. V8 doubles it each time. */
const enoughBytes = 32 << 20;

/**
 * V8's young generation. What a picture takes is garbage with the next one; for that V8 lets it grow to 128 MB under load,
 * and takes nothing back while pictures come. The smaller it is, the more often what lives is copied: a picture of 5,000
 * busy connections waits 3 ms for that in 128 MB, 8 ms in 32, 20 in 16 (measured). Its size can be set on the command line
 * of `node` only, which an installed program does not have; but the factor by which it grows is read each time it grows.
 */
export class YoungGeneration {
  readonly #enoughBytes: number;
  #isLimited = false;

  constructor(bytes = enoughBytes) {
    this.#enoughBytes = bytes;
  }

  /**
   * Has each thread clear its own by itself. V8 shares that out among threads that help, and waits for the last of them:
   * where a wire and its peers have taken every processor, a key waits along (the longest of a hundred took 60 ms, and 13 by
   * itself; measured with 10,000 busy connections on two processors). V8 reads this flag each time, too.
   */
  clearAlone(): void {
    setFlagsFromString('--no-parallel-scavenge');
  }

  /** Has it grow no further once it is large enough. To be called again and again: takes 4 µs until then, and none after. */
  limit(): void {
    if (this.#isLimited) return;
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if ((space?.space_size ?? 0) < this.#enoughBytes) return;
    this.#isLimited = true;
    // In all threads: one of the wire keeps the 2 to 4 MB that it has by then, of 24 that it may have (engine/prepared-thread.ts).
    setFlagsFromString('--semi-space-growth-factor=1');
  }
}
