import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { drawable } from '../../text/drawable.ts';
import { exact, rate } from '../../text/format.ts';
import { cellWidth, fit } from '../../text/width.ts';
import type { Counts } from './load/counters.ts';
import type { Measurement } from './load/measurement.ts';
import type { Mode } from './load/plan.ts';

const everyMs = 100;
const mostBar = 40;
const leastBar = 10;

interface Scope {
  readonly mode: Mode;
  readonly durationMs: number;
}

const amount = (run: Watched, { mode }: Scope): string => {
  const { seconds, roundTrips, bytes } = run.work;
  if (seconds === 0) return '';
  if (mode === 'stream') return rate(bytes / seconds);
  return `${exact(roundTrips / seconds)} ${mode === 'connect' ? 'connections' : 'round trips'}/s`;
};

/** What is known of a run while it goes on. */
export type Watched = Pick<Measurement, 'phase' | 'work'> & { readonly counts: Pick<Counts, 'errors' | 'corrupt'> };

/** What a run is at, in one line of exactly `cells` cells. */
export const progressLine = (run: Watched, scope: Scope, cells: number): string => {
  const { errors, corrupt } = run.counts;
  const wrong = errors + corrupt === 0 ? '' : `${exact(errors + corrupt)} wrong`;
  if (run.phase === 'connecting') return fit(['connecting', wrong].filter(Boolean).join('  '), cells);
  const elapsed = Math.min(run.work.seconds, scope.durationMs / 1000);
  const time = `${elapsed.toFixed(1)} of ${(scope.durationMs / 1000).toFixed(1)} s`;
  const words = [run.phase === 'ending' ? 'waiting for the rest' : time, amount(run, scope), wrong].filter(Boolean);
  const text = words.join('  ');
  const bar = Math.min(mostBar, cells - cellWidth(text) - 2);
  if (bar < leastBar) return fit(text, cells);
  const done = Math.round((elapsed / (scope.durationMs / 1000)) * bar);
  return fit(`${'▇'.repeat(done)}${'─'.repeat(bar - done)}  ${text}`, cells);
};

/** A line on stderr that shows how far a run is; only where stderr is a terminal that can take it back. */
export class Progress {
  readonly #stream: WriteStream;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(stream: WriteStream, run: Watched, scope: Scope) {
    this.#stream = stream;
    if (!stream.isTTY || process.env.TERM === 'dumb') return;
    this.#timer = setInterval(() => {
      cursorTo(stream, 0);
      // The last column stays free: some terminals go on to the next line there.
      stream.write(drawable(progressLine(run, scope, Math.max(1, stream.columns - 1))));
    }, everyMs);
  }

  /** Takes the line back. */
  end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    cursorTo(this.#stream, 0);
    clearLine(this.#stream, 0);
  }
}
