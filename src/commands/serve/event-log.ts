import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { monotonicMs, WallClock } from '../../memory/clock.ts';
import type { Output } from '../output.ts';
import type { ServeEvent, TimedEvent } from './event.ts';
import type { Format } from './format.ts';

/** Characters handed to the output at once: a system call for each line would cost more than its text. */
const pieceLength = 64 * 1024;
/** Looks at the reader in the time that it may leave a piece lying. */
const looksPerPatience = 10;

/** Puts events on the output, in the order in which they are given, each as one line, however long. */
export class EventLog {
  readonly #output: Output;
  readonly #format: Format;
  /** What was given last. */
  #last: Promise<void> = Promise.resolve();
  /** Pieces given to the output so far, and whether it still has the last one. */
  #pieces = 0;
  #isOut = false;
  readonly #wallClock = new WallClock();

  constructor(output: Output, format: Format) {
    this.#output = output;
    this.#format = format;
  }

  /** Events of now. Resolves once the kernel has taken them and all before them. */
  write(...events: readonly ServeEvent[]): Promise<void> {
    const at = monotonicMs();
    return this.writeAll(events.map((event) => ({ at, event })));
  }

  /** Events that become lines no earlier than the output has room for them. Rejects with what `happenings` throws. */
  writeAll(happenings: Iterable<TimedEvent>): Promise<void> {
    const told = this.#last.then(() => this.#write(happenings));
    this.#last = told.catch(() => undefined);
    return told;
  }

  /**
   * Resolves to true once all is written, to false where the reader left one piece lying for `patienceMs`. That is
   * counted in looks of the event loop, not by the clock: while we compute for long nobody hears what the reader took.
   */
  end(patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      let seen = 0;
      let looks = 0;
      const look = setInterval(
        () => {
          looks = this.#isOut && this.#pieces === seen ? looks + 1 : 0;
          seen = this.#pieces;
          if (looks >= looksPerPatience) done(false);
        },
        Math.max(1, patienceMs / looksPerPatience),
      );
      const done = (all: boolean): void => {
        clearInterval(look);
        resolve(all);
      };
      void this.#last.then(() => done(true));
    });
  }

  async #write(happenings: Iterable<TimedEvent>): Promise<void> {
    const offsetMs = this.#wallClock.offsetMs();
    let piece = '';
    for (const { at, event } of happenings) {
      for (const part of this.#format(event, at + offsetMs)) {
        piece += part;
        if (piece.length < pieceLength) continue;
        await this.#hand(piece);
        piece = '';
      }
    }
    if (piece !== '') await this.#hand(piece);
  }

  async #hand(piece: string): Promise<void> {
    this.#pieces++;
    this.#isOut = true;
    await this.#output.write(piece);
    this.#isOut = false;
    // A batch of text takes seconds to make harmless, and a signal in between is to be heard.
    await turnOfTheLoop();
  }
}
