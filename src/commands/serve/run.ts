import { Engine, FaultError } from '../../engine/engine.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { Missed, WireRecord } from '../../memory/recorder/record.ts';
import type { Reading } from '../../memory/recorder/ring-reader.ts';
import { RecordPump } from '../../sources/record-pump.ts';
import { explain } from '../../text/fault.ts';
import { exact } from '../../text/format.ts';
import { isUnicode } from '../../text/locale.ts';
import { printable } from '../../text/printable.ts';
import { exposedEndpoints, exposureWarning } from '../exposure.ts';
import { isReaderGone, Output } from '../output.ts';
import type { ServerCommandOptions } from '../server-options.ts';
import { endingSignals } from '../signals.ts';
import { printError } from '../stderr.ts';
import {
  faultEvent,
  kindsFor,
  listeningEvent,
  RecordEvents,
  type ServeEvent,
  totalsEvent,
  wireFailureEvents,
} from './event.ts';
import { EventLog } from './event-log.ts';
import { asciiNdjson, asciiText, type Format, ndjson, text } from './format.ts';
import type { Encoding } from './payload.ts';

export interface ServeOptions extends ServerCommandOptions {
  /** NDJSON instead of lines for people. */
  readonly json: boolean;
  readonly data: Encoding;
  /** Totals every so many ms; null: never. */
  readonly statsMs: number | null;
}

/** Why it ends: what to print (null: it was asked to) and the exit status. */
interface ExitReason {
  readonly message: string | null;
  readonly status: number;
  readonly signal?: NodeJS.Signals;
}

const orderly: ExitReason = { message: null, status: 0 };

/**
 * The same signal so soon after the first is no second wish, ms: timeout(1) sends it to the process and to its group,
 * npm passes on what the terminal has sent already. SIGHUP comes from the terminal and from its shell, at any time.
 */
const sameSignalMs = 50;
/** How long the reader may leave the last lines lying once everything else is over, ms. */
const lastPatienceMs = 2000;
/** Faults that wait for the output; further ones are printed on stderr. */
const maxFaults = 100;

const serverFailed = (error: unknown): ExitReason => ({
  message: `the server failed: ${printable(error instanceof Error ? error.message : String(error))}`,
  status: 1,
});

/** A terminal that reads no UTF-8 could obey what it takes the bytes of a letter for. */
const needsAscii = (): boolean => process.stdout.isTTY && !isUnicode;

const formatOf = (json: boolean): Format => {
  const ascii = needsAscii();
  if (json) return ascii ? asciiNdjson : ndjson;
  return ascii ? asciiText : text;
};

/** The server without a screen: what happens on the wire as lines on stdout. Resolves to the exit status. */
export const runServe = async (options: ServeOptions): Promise<number> => {
  const { promise: exit, resolve: leave } = Promise.withResolvers<ExitReason>();
  const fail = (error: unknown): void => leave(serverFailed(error));
  for (const signal of endingSignals()) process.on(signal, () => leave({ ...orderly, signal }));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const output = new Output(process.stdout, (error) =>
    leave(isReaderGone(error) ? orderly : { message: `cannot write the output: ${error.message}`, status: 1 }),
  );
  const log = new EventLog(output, formatOf(options.json));
  let listening = options.endpoints;
  const crashes: Error[] = [];
  const { engine, release, rest } = startEngine(options, log, fail, (error) => {
    // People read it once, on stderr.
    if (options.json) void log.write(wireFailureEvents(error, listening));
    crashes.push(error);
    fail(error);
  });
  let stats: NodeJS.Timeout | undefined;
  let leaving = false;
  engine
    .listen(options.endpoints)
    .then(async (endpoints) => {
      listening = endpoints;
      const warning = exposureWarning(await exposedEndpoints(endpoints), options.allow);
      if (leaving) return;
      if (warning !== null) printError(warning);
      void log.write(endpoints.map(listeningEvent));
      release();
      stats = writeStats(options.statsMs, engine, log);
    })
    .catch((error: unknown) => {
      if (!(error instanceof FaultError)) return fail(error);
      if (options.json) void log.write([faultEvent(error.fault)]);
      leave({ message: explain(error.fault), status: 1 });
    });

  const reason = await exit;
  leaving = true;
  clearInterval(stats);
  release();
  if (reason.message !== null) printError(reason.message);
  // Sending what peers are owed may take the whole grace. A second signal ends the wait.
  const since = monotonicMs();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (signal !== reason.signal || monotonicMs() - since >= sameSignalMs) process.exit(reason.status);
    });
  await engine.stop(options.graceMs);
  const { status, message } = crashes.length > 0 ? serverFailed(crashes[0]) : reason;
  // The wire failed while an orderly end was under way.
  if (status !== reason.status) printError(message ?? '');
  void log.write(rest());
  if (status === 0) void log.write([totalsEvent('stopped', engine.read().totals)]);
  if (await log.end(lastPatienceMs)) return status;
  printError(`nobody read the output for ${lastPatienceMs / 1000} s: the last events are left out`);
  // What stdout was given cannot be taken back, and Node would wait for it.
  process.exit(status);
};

/** Starts the engine. Its events wait for `release`: they are written behind `listening`. */
const startEngine = (
  options: ServeOptions,
  log: EventLog,
  fail: (error: unknown) => void,
  crash: (error: Error) => void,
): { readonly engine: Engine; readonly release: () => void; readonly rest: () => Iterable<ServeEvent> } => {
  // A peer of the first listener may come before the last one is up.
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const events = new RecordEvents(options.data, needsAscii());
  let waitingFaults = 0;
  const engine = new Engine(options, {
    client: () => undefined,
    recorded: () => void pump.run().catch(fail),
    fault: (fault) => {
      if (waitingFaults >= maxFaults) return printError(explain(fault));
      waitingFaults++;
      released
        .then(() => log.write([faultEvent(fault)]))
        .then(() => waitingFaults--)
        .catch(fail);
    },
    crash,
  });
  const hasData = options.data !== 'none';
  if (hasData) engine.recordAll(true);
  const pump = new RecordPump(
    engine.records.follow({ wanted: kindsFor(options.data), isMarking: hasData }),
    hasData ? 'data' : 'events',
    (...piece) => {
      printMissed(hasData, ...piece);
      return log.write(events.eventsOf(...piece));
    },
  );
  void released.then(() => pump.run()).catch(fail);
  function* eventsOf(readings: Iterable<Reading>): Generator<ServeEvent> {
    for (const { records, missed } of readings) {
      printMissed(hasData, records, missed);
      yield* events.eventsOf(records, missed);
    }
  }
  return { engine, release, rest: () => eventsOf(pump.rest()) };
};

/** Says what left the memory of the recorder before the output had taken it, and what the recorder left out for that. */
const printMissed = (hasData: boolean, records: readonly WireRecord[], { events, recv }: Missed): void => {
  let left = hasData ? recv : 0;
  for (const record of records) if (record.kind === 'recv') left += record.length - record.bytes.length;
  const lost = [...(events > 0 ? [`${exact(events)} events`] : []), ...(left > 0 ? [`${exact(left)} B of data`] : [])];
  if (lost.length > 0) printError(`the output was read too slowly: ${lost.join(' and ')} are left out`);
};

/** Writes the totals every `everyMs`. A reader who has not taken the last ones gets the next later, not twice. */
const writeStats = (everyMs: number | null, engine: Engine, log: EventLog): NodeJS.Timeout | undefined => {
  if (everyMs === null) return undefined;
  let isWritten = true;
  return setInterval(() => {
    if (!isWritten) return;
    isWritten = false;
    void log.write([totalsEvent('stats', engine.read().totals)]).then(() => {
      isWritten = true;
    });
  }, everyMs);
};
