/** Reads between two accepts that make a turn of the event loop long enough for new connections to notice. */
const busyReads = 64;
/** How long new connections may go first, ms. */
const maxMs = 50;

/**
 * Accepts before it reads, while many connections wait to be accepted. libuv accepts one connection in each turn of the
 * event loop (uv__server_io), and a turn that serves a thousand busy connections takes 10 ms: of a thousand new ones the
 * last would wait for seconds. So when turn after turn brings a new connection, with many reads in between, each
 * connection that is read once more then waits until the queue is empty, for 50 ms at most. The turns in between only
 * accept.
 */
export class AcceptPriority {
  readonly #waiting: { resume(): void }[] = [];
  readonly #now: () => number;
  #reads = 0;
  /** Turns of the loop since the last accept: the same one, the next, or further ones. */
  #turn: 'same' | 'next' | 'later' = 'later';
  #isOn = false;
  #since = 0;
  #isFollowed = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A connection was accepted. */
  accepted(): void {
    const isQueue = this.#turn === 'next';
    this.#turn = 'same';
    if (!this.#isOn && isQueue && this.#reads >= busyReads) {
      this.#isOn = true;
      this.#since = this.#now();
    }
    // To follow the loop's turns costs time: only where they are long.
    if (this.#isOn || this.#reads >= busyReads) this.#follow();
    this.#reads = 0;
  }

  /** A read was served. Returns true where the reader must wait for `resume`. */
  served(reader: { resume(): void }): boolean {
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
      if (this.#isOn && (this.#turn === 'later' || this.#now() - this.#since >= maxMs)) this.#end();
      if (this.#turn === 'next') this.#follow();
    });
  }

  #end(): void {
    this.#isOn = false;
    this.#turn = 'later';
    for (const reader of this.#waiting.splice(0)) reader.resume();
  }
}
