import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { drawable } from '../../text/drawable.ts';
import { exact, rate } from '../../text/format.ts';
import { cellWidth, fit } from '../../text/width.ts';
import type { Counts } from './load/counters.ts';
import type { Measurement } from './load/measurement.ts';
import type { Mode } from './load/plan.ts';

const redrawMs = 100;
/** Cells. */
const [minBar, maxBar] = [10, 40];

interface Plan {
  readonly mode: Mode;
  readonly durationMs: number;
}

const throughput = (run: RunningBench, { mode }: Plan): string => {
  const { seconds, roundTrips, bytes } = run.work;
  if (seconds === 0) return '';
  if (mode === 'stream') return rate(bytes / seconds);
  return `${exact(roundTrips / seconds)} ${mode === 'connect' ? 'connections' : 'round trips'}/s`;
};

/** What can be read of a bench while it runs. */
export type RunningBench = Pick<Measurement, 'phase' | 'work'> & {
  readonly counts: Pick<Counts, 'errors' | 'corrupt'>;
};

/** The progress of a bench in one line of exactly `cells` cells. */
export const progressLine = (run: RunningBench, plan: Plan, cells: number): string => {
  const { errors, corrupt } = run.counts;
  const wrong = errors + corrupt === 0 ? '' : `${exact(errors + corrupt)} wrong`;
  if (run.phase === 'connecting') return fit(['connecting', wrong].filter(Boolean).join('  '), cells);
  const seconds = plan.durationMs / 1000;
  const elapsed = Math.min(run.work.seconds, seconds);
  const time = `${elapsed.toFixed(1)} of ${seconds.toFixed(1)} s`;
  const words = [run.phase === 'ending' ? 'waiting for the rest' : time, throughput(run, plan), wrong].filter(Boolean);
  const text = words.join('  ');
  const bar = Math.min(maxBar, cells - cellWidth(text) - 2);
  if (bar < minBar) return fit(text, cells);
  const done = Math.round((elapsed / seconds) * bar);
  return fit(`${'▇'.repeat(done)}${'─'.repeat(bar - done)}  ${text}`, cells);
};

/** A line on stderr that shows the progress; only where stderr is a terminal that can erase it. */
export class Progress {
  readonly #stream: WriteStream;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(stream: WriteStream, run: RunningBench, plan: Plan) {
    this.#stream = stream;
    if (!stream.isTTY || process.env.TERM === 'dumb') return;
    this.#timer = setInterval(() => {
      cursorTo(stream, 0);
      // The last column stays free: some terminals wrap there.
      stream.write(drawable(progressLine(run, plan, Math.max(1, stream.columns - 1))));
    }, redrawMs);
  }

  /** Erases the line. */
  end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    cursorTo(this.#stream, 0);
    clearLine(this.#stream, 0);
  }
}
