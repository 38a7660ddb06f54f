/** Someone who reads, and can be told to wait with it. */
export interface WaitingReader {
  /** Reads again. */
  readonly resume: () => void;
}

/** So many reads between two accepts make a turn of the loop long enough for newcomers to notice. */
const busyReads = 64;
/** How long newcomers may go before everyone else, ms. */
const longestMs = 50;

/**
 * Newcomers first. libuv accepts one connection in each turn of the event loop (uv__server_io), and a turn in which a
 * thousand busy connections are served takes 10 ms: with as many waiting to be accepted the last of them waits for
 * seconds. So when connections come in one turn after the other, and many reads between them, whoever has been read
 * once more waits until the queue is empty, for 50 ms at most; the turns in between accept, and do nothing else.
 */
export class AcceptPriority {
  readonly #waiting: WaitingReader[] = [];
  readonly #now: () => number;
  #reads = 0;
  /** Turns of the loop since the last accept: the one in which it was, the next, or further ones. */
  #turn: 'same' | 'next' | 'later' = 'later';
  #isOn = false;
  #since = 0;
  #isFollowed = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether those who were read wait. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** A connection was accepted. */
  accepted(): void {
    const isQueue = this.#turn === 'next';
    this.#turn = 'same';
    if (!this.#isOn && isQueue && this.#reads >= busyReads) {
      this.#isOn = true;
      this.#since = this.#now();
    }
    // The loop's turns cost something to follow: only where they are long.
    if (this.#isOn || this.#reads >= busyReads) this.#follow();
    this.#reads = 0;
  }

  /** A read was served. True: read no more until `resume`. */
  served(reader: WaitingReader): boolean {
    this.#reads++;
    if (!this.#isOn) return false;
    this.#waiting.push(reader);
    return true;
  }

  #follow(): void {
    if (this.#isFollowed) return;
    this.#isFollowed = true;
    setImmediate(() => {
      this.#isFollowed = false;
      this.#turn = this.#turn === 'same' ? 'next' : 'later';
      if (this.#isOn && (this.#turn === 'later' || this.#now() - this.#since >= longestMs)) this.#end();
      if (this.#turn === 'next') this.#follow();
    });
  }

  #end(): void {
    this.#isOn = false;
    this.#turn = 'later';
    for (const reader of this.#waiting.splice(0)) reader.resume();
  }
}
