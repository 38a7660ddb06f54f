import { setImmediate as nextTurn } from 'node:timers/promises';
import { WallClock } from '../../memory/clock.ts';
import type { Output } from '../output.ts';
import type { ServeEvent } from './event.ts';
import type { Format } from './format.ts';

/** Characters handed to the output at once: a system call for each line would cost more than its text. */
const pieceLength = 64 * 1024;
/** How often the reader is looked at in the time that it may leave a piece lying. */
const ticksOfPatience = 10;

/** Puts events on the output, in the order in which they are given, each as one line, however long. */
export class EventLog {
  readonly #output: Output;
  readonly #format: Format;
  /** Settles once what was given last is written. */
  #last: Promise<void> = Promise.resolve();
  /** Pieces given to the output so far, and whether it still has to write the last one. */
  #pieces = 0;
  #isWriting = false;
  readonly #wallClock = new WallClock();

  constructor(output: Output, format: Format) {
    this.#output = output;
    this.#format = format;
  }

  /**
   * Resolves once the kernel has taken these events and all before them. They become lines no earlier than the output
   * has room for them. Rejects with what `events` throws.
   */
  write(events: Iterable<ServeEvent>): Promise<void> {
    const written = this.#last.then(() => this.#write(events));
    this.#last = written.catch(() => undefined);
    return written;
  }

  /**
   * Resolves to true once all is written, to false where the reader left one piece lying for `patienceMs`. That is
   * counted in ticks of a timer, not by the clock: while we compute for long, nothing tells us what the reader took.
   */
  end(patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      let seen = 0;
      let idleTicks = 0;
      const tick = (): void => {
        idleTicks = this.#isWriting && this.#pieces === seen ? idleTicks + 1 : 0;
        seen = this.#pieces;
        if (idleTicks >= ticksOfPatience) done(false);
      };
      const timer = setInterval(tick, Math.max(1, patienceMs / ticksOfPatience));
      const done = (all: boolean): void => {
        clearInterval(timer);
        resolve(all);
      };
      void this.#last.then(() => done(true));
    });
  }

  async #write(events: Iterable<ServeEvent>): Promise<void> {
    const offsetMs = this.#wallClock.offsetMs();
    let piece = '';
    for (const event of events) {
      for (const part of this.#format(event, event.at + offsetMs)) {
        piece += part;
        if (piece.length < pieceLength) continue;
        await this.#writePiece(piece);
        piece = '';
      }
    }
    if (piece !== '') await this.#writePiece(piece);
  }

  async #writePiece(piece: string): Promise<void> {
    this.#pieces++;
    this.#isWriting = true;
    await this.#output.write(piece);
    this.#isWriting = false;
    // A batch of text takes seconds to make harmless, and a signal must be handled in between.
    await nextTurn();
  }
}
