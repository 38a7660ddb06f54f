import { Engine, FaultError } from '../../engine/engine.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { explain } from '../../text/fault.ts';
import { exact } from '../../text/format.ts';
import { isUnicode } from '../../text/locale.ts';
import { printable } from '../../text/printable.ts';
import { exposedEndpoints, exposureWarning } from '../exposure.ts';
import { Output } from '../output.ts';
import type { ServerCommandOptions } from '../server-options.ts';
import { printError } from '../stderr.ts';
import { faultEvent, listeningEvent, lossEvents, totalsEvent } from './event.ts';
import { EventLog } from './event-log.ts';
import { asciiNdjson, asciiText, type Format, ndjson, text } from './format.ts';
import { NoteEvents } from './note-events.ts';
import type { Encoding } from './payload.ts';

export interface ServeOptions extends ServerCommandOptions {
  /** NDJSON instead of lines for people. */
  readonly json: boolean;
  readonly data: Encoding;
  /** Totals every so many ms; null: never. */
  readonly statsMs: number | null;
}

/** Why it ends: what to say (null: it was asked for) and the exit status. */
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
/** Faults that wait for the output; further ones are told on stderr. */
const maxFaults = 100;

const crashed = (error: unknown): ExitReason => ({
  message: `the server failed: ${printable(error instanceof Error ? error.message : String(error))}`,
  status: 1,
});

/** A terminal that reads no UTF-8 could obey what it takes the bytes of a letter for. */
const formatOf = (json: boolean): Format => {
  const ascii = process.stdout.isTTY && !isUnicode;
  if (json) return ascii ? asciiNdjson : ndjson;
  return ascii ? asciiText : text;
};

/** The server without a screen: what happens on the wire as lines on stdout. Resolves to the exit status. */
export const runServe = async (options: ServeOptions): Promise<number> => {
  const { promise: over, resolve: leave } = Promise.withResolvers<ExitReason>();
  const fail = (error: unknown): void => leave(crashed(error));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => leave({ ...orderly, signal }));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const output = new Output(process.stdout, (error) =>
    leave(error === null ? orderly : { message: `cannot write the output: ${error.message}`, status: 1 }),
  );
  const report = new EventLog(output, formatOf(options.json));
  let listening = options.endpoints;
  const crashes: Error[] = [];
  const { engine, begin } = startEngine(options, report, fail, (error) => {
    // People read it once, on stderr.
    if (options.json) void report.write(...lossEvents(error, listening));
    crashes.push(error);
    fail(error);
  });
  let stats: NodeJS.Timeout | undefined;
  let leaving = false;
  engine
    .listen(options.endpoints)
    .then(async (endpoints) => {
      listening = endpoints;
      const doors = exposureWarning(await exposedEndpoints(endpoints), options.allow);
      if (leaving) return;
      if (doors !== null) printError(doors);
      void report.write(...endpoints.map(listeningEvent));
      begin();
      stats = writeStats(options.statsMs, engine, report);
    })
    .catch((error: unknown) => {
      if (!(error instanceof FaultError)) return fail(error);
      if (options.json) void report.write(faultEvent(error.fault));
      leave({ message: explain(error.fault), status: 1 });
    });

  const farewell = await over;
  leaving = true;
  clearInterval(stats);
  begin();
  if (farewell.message !== null) printError(farewell.message);
  // What peers are owed may take the whole grace. Who asks again does not want to wait for it.
  const since = monotonicMs();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (signal !== farewell.signal || monotonicMs() - since >= sameSignalMs) process.exit(farewell.status);
    });
  await engine.stop(options.graceMs);
  const { status, message } = crashes.length > 0 ? crashed(crashes[0]) : farewell;
  // An end that began in order, and did not stay so.
  if (status !== farewell.status) printError(message ?? '');
  if (status === 0) void report.write(totalsEvent('stopped', engine.read().totals));
  if (await report.end(lastPatienceMs)) return status;
  printError(`nobody read the output for ${lastPatienceMs / 1000} s: the last events are left out`);
  // What stdout was handed can not be taken back, and Node would wait for it.
  process.exit(status);
};

/** The engine and what it tells; nothing of it is reported before `begin`, which follows on `listening`. */
const startEngine = (
  options: ServeOptions,
  report: EventLog,
  fail: (error: unknown) => void,
  crash: (error: Error) => void,
): { readonly engine: Engine; readonly begin: () => void } => {
  // A peer of the first listener may come before the last one is up.
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const narrator = new NoteEvents(options.data);
  let faults = 0;
  const engine = new Engine(
    { ...options, journal: options.data === 'none' ? 'connections' : 'data' },
    {
      client: () => undefined,
      journal: (notes, dropped, taken) => {
        begun
          .then(() => report.writeAll(narrator.eventsOf(notes, dropped)))
          .then(() => {
            if (dropped > 0) printError(`the output was read too slowly: ${exact(dropped)} events are left out`);
            taken();
          })
          .catch(fail);
      },
      fault: (fault) => {
        if (faults >= maxFaults) return printError(explain(fault));
        faults++;
        begun
          .then(() => report.write(faultEvent(fault)))
          .then(() => faults--)
          .catch(fail);
      },
      crash,
    },
  );
  return { engine, begin };
};

/** Tells the totals every `everyMs`. A reader who has not taken the last ones gets the next later, not twice. */
const writeStats = (everyMs: number | null, engine: Engine, report: EventLog): NodeJS.Timeout | undefined => {
  if (everyMs === null) return undefined;
  let told = true;
  return setInterval(() => {
    if (!told) return;
    told = false;
    void report.write(totalsEvent('stats', engine.read().totals)).then(() => {
      told = true;
    });
  }, everyMs);
};
