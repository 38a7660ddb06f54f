import { isIP } from 'node:net';
import { resolveAddress } from '../../net/address.ts';
import { connectTcp, tcpSocket } from '../../net/connect.ts';
import { drawable } from '../../text/drawable.ts';
import { type Endpoint, isStream } from '../../text/endpoint.ts';
import { clientFault, type Fault } from '../../text/fault.ts';
import { printable } from '../../text/printable.ts';
import { exitNow } from '../exit.ts';
import { isReaderGone, Output } from '../output.ts';
import { printError } from '../stderr.ts';
import { handshakeTimeoutMs } from './load/connection-opener.ts';
import { Counters, noWork } from './load/counters.ts';
import { explainFailure } from './load/failure.ts';
import { LoadRunner } from './load/load-runner.ts';
import { LoadThreads, ThreadFailure } from './load/load-threads.ts';
import { Measurement } from './load/measurement.ts';
import type { LoadResult, Mode } from './load/plan.ts';
import { Progress } from './progress.ts';
import { report } from './report.ts';
import { resultOf } from './result.ts';

export interface BenchOptions {
  readonly endpoint: Endpoint;
  readonly mode: Mode;
  /** At once. */
  readonly connections: number;
  /** At most as many as connections. */
  readonly threads: number;
  /** Bytes sent at once. */
  readonly size: number;
  readonly durationMs: number;
  readonly noHalfClose: boolean;
  /** One JSON object instead of a table. */
  readonly json: boolean;
}

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** How long the process may stay after the end, to print what it has, ms. */
const graceMs = 2000;

/** Columns where the output is no terminal. */
const plainColumns = 80;

/**
 * Loads an echo server, checks every byte that comes back, and prints what it measured. Resolves to the exit status: 0;
 * 1 where the network or a thread failed, or anything came back other than it was sent; 130 or 143 where SIGINT or
 * SIGTERM cut it short.
 */
export const runBench = async (options: BenchOptions): Promise<number> => {
  const { endpoint, threads, json } = options;
  const cutShort = new AbortController();
  let status = 0;
  const onSignal = (signal: keyof typeof signals): void => {
    status = signals[signal];
    cutShort.abort();
  };
  // A second signal ends the process at once.
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const output = new Output(process.stdout, (error) => {
    if (isReaderGone(error)) return;
    printError(`cannot write the output: ${error.message}`);
    status = 1;
  });

  const measured = await measure(options, cutShort.signal).catch((error: unknown) => {
    // Any other error is a defect of ours, and ends the process with its stack.
    if (!(error instanceof ThreadFailure)) throw error;
    printError(printable(error.message));
    return null;
  });
  if (measured === null) return 1;
  const { work, counters } = measured;
  for (const { first, count } of counters.failures) printError(explainFailure(first, count, endpoint));
  if (status === 0 && counters.errors + counters.corrupt > 0) status = 1;
  const result = resultOf(options, work, counters);
  setTimeout(() => exitNow(status), graceMs).unref();
  if (json) await output.write(`${JSON.stringify(result)}\n`);
  // A table of zeros adds nothing to the errors.
  else if (work.bytes > 0 || status !== 1) {
    const columns = process.stdout.columns ?? plainColumns;
    await output.write(drawable(report(result, { ...work, threads }, counters.latency, endpoint, columns)));
  }
  return status;
};

/** Runs the load, with a progress bar. Rejects with a ThreadFailure where one of several threads failed. */
const measure = async (options: BenchOptions, signal: AbortSignal): Promise<LoadResult> => {
  const aborted = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
  const host = await Promise.race([aborted, addressOf(options.endpoint, signal)]);
  if (typeof host !== 'string') {
    const counters = new Counters();
    if (host !== null) counters.fail({ type: 'fault', connection: 1, fault: host });
    return { work: noWork, counters };
  }
  const { endpoint, mode, connections, threads, size, durationMs, noHalfClose } = options;
  const plan = { endpoint, host, mode, connections, size, noHalfClose };
  const run = new Measurement(threads === 1 ? new LoadRunner(plan) : new LoadThreads(plan, threads), durationMs);
  const progress = new Progress(process.stderr, run, options);
  try {
    return await run.run(signal);
  } finally {
    progress.end();
  }
};

/**
 * The address of the server, so that no connection looks it up again. A name may have several: over TCP it is the one that
 * answers, which takes one more connection.
 */
const addressOf = (endpoint: Endpoint, signal: AbortSignal): Promise<string | Fault> => {
  const { host, port, transport } = endpoint;
  if (!isStream(transport) || isIP(host) !== 0) return resolveAddress(endpoint).catch((fault: Fault) => fault);
  return connectTcp({ host, port, timeoutMs: handshakeTimeoutMs, signal, make: tcpSocket }).then(
    (socket) => {
      const { remoteAddress = host } = socket;
      socket.destroy();
      return remoteAddress;
    },
    (error: Error) => clientFault(error, endpoint),
  );
};
