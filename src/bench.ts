import { addressOf } from './bench/address.ts';
import type { Mode } from './bench/load.ts';
import { Progress } from './bench/progress.ts';
import { report } from './bench/report.ts';
import { resultOf } from './bench/result.ts';
import { Run } from './bench/run.ts';
import { describe } from './bench/trouble.ts';
import { Output } from './serve/output.ts';
import type { Endpoint } from './text/endpoint.ts';
import { explain } from './text/fault.ts';

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

const say = (message: string): void => {
  process.stderr.write(`echoscope: ${message}\n`);
};

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
  // That nobody reads what is said to people is no reason to end.
  process.stderr.on('error', () => undefined);
  const output = new Output(process.stdout, (error) => {
    if (error === null) return;
    say(`cannot write the output: ${error.message}`);
    status = 1;
  });

  const cut = new Promise<null>((resolve) => {
    cutShort.signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const host = await Promise.race([addressOf(endpoint), cut]);
  if (host !== null && typeof host !== 'string') {
    say(explain(host));
    return 1;
  }
  const run = new Run({ ...options, host: host ?? endpoint.host });
  const progress = new Progress(process.stderr, run, options);
  await run.run(cutShort.signal);
  progress.end();

  for (const { first, count } of run.tally.troubles) say(describe(first, count, endpoint));
  if (status === 0 && run.tally.errors + run.tally.corrupt > 0) status = 1;
  const result = resultOf(options, run.work, run.tally);
  setTimeout(() => process.exit(status), graceMs).unref();
  await output.write(json ? `${JSON.stringify(result)}\n` : report(result, run.tally.latency, endpoint));
  return status;
};
