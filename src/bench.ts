import { addressOf } from './bench/address.ts';
import type { Mode } from './bench/load.ts';
import { Progress } from './bench/progress.ts';
import { report } from './bench/report.ts';
import { noWork, resultOf, type Work } from './bench/result.ts';
import { Run } from './bench/run.ts';
import { Tally } from './bench/tally.ts';
import { describe } from './bench/trouble.ts';
import { say } from './say.ts';
import { drawable } from './screen/glyphs.ts';
import { Output } from './serve/output.ts';
import type { Endpoint } from './text/endpoint.ts';

export interface BenchOptions {
  readonly endpoint: Endpoint;
  readonly mode: Mode;
  /** How many at once. */
  readonly connections: number;
  /** Bytes sent at once. */
  readonly size: number;
  readonly durationMs: number;
  /** One JSON object instead of a table. */
  readonly json: boolean;
}

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** How long the process may stay after the end, to print what it has, ms. */
const graceMs = 2000;

/** Where the output is no terminal. */
const plainColumns = 80;

/**
 * Loads an echo server, checks every byte that comes back, and prints what it measured. Resolves to the exit status: 0;
 * 1 where the network failed or anything came back other than it was sent; 130 or 143 where SIGINT or SIGTERM cut it short.
 */
export const runBench = async (options: BenchOptions): Promise<number> => {
  const { endpoint, json } = options;
  const cutShort = new AbortController();
  let status = 0;
  const onSignal = (signal: keyof typeof signals): void => {
    status = signals[signal];
    cutShort.abort();
  };
  // A second signal ends the process at once.
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const output = new Output(process.stdout, (error) => {
    if (error === null) return;
    say(`cannot write the output: ${error.message}`);
    status = 1;
  });

  const { work, tally } = await measure(options, cutShort.signal);
  for (const { first, count } of tally.troubles) say(describe(first, count, endpoint));
  if (status === 0 && tally.errors + tally.corrupt > 0) status = 1;
  const result = resultOf(options, work, tally);
  setTimeout(() => process.exit(status), graceMs).unref();
  if (json) await output.write(`${JSON.stringify(result)}\n`);
  // A table of nothing but zeros adds nothing to what was said.
  else if (work.bytes > 0 || status !== 1)
    await output.write(drawable(report(result, work, tally.latency, endpoint, process.stdout.columns ?? plainColumns)));
  return status;
};

/** Runs it, with a progress bar. Never rejects. */
const measure = async (
  options: BenchOptions,
  over: AbortSignal,
): Promise<{ readonly work: Work; readonly tally: Tally }> => {
  const tally = new Tally();
  const cut = new Promise<null>((resolve) => over.addEventListener('abort', () => resolve(null), { once: true }));
  const host = await Promise.race([addressOf(options.endpoint), cut]);
  if (typeof host !== 'string') {
    if (host !== null) tally.tell({ type: 'fault', connection: 1, fault: host });
    return { work: noWork, tally };
  }
  const run = new Run({ ...options, host, tally });
  const progress = new Progress(process.stderr, run, options);
  await run.run(over);
  progress.end();
  return { work: run.work, tally };
};
