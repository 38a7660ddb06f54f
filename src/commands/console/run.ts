import { setTimeout as delay } from 'node:timers/promises';
import { FaultError } from '../../engine/engine.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { LiveFeed } from '../../model/feed.ts';
import { userFolder } from '../../own-folder.ts';
import { mountScreen } from '../../screen/mount.tsx';
import { LiveSource } from '../../sources/live-source.ts';
import { type Endpoint, formatEndpoint, listenCalls } from '../../text/endpoint.ts';
import { explain } from '../../text/fault.ts';
import { printable } from '../../text/printable.ts';
import { exitNow } from '../exit.ts';
import { exposedEndpoints, exposureWarning } from '../exposure.ts';
import type { ServerCommandOptions } from '../server-options.ts';
import { endingSignals } from '../signals.ts';
import { printError } from '../stderr.ts';
import { FileCalls } from './files.ts';
import { HistoryFile } from './history-file.ts';
import { createSession } from './session.ts';

export interface ConsoleOptions extends ServerCommandOptions {
  /** The user named the endpoints: no other port may take their place. */
  readonly named: boolean;
}

/** Why the console ends: an error message (null where it was asked to) and the exit status. */
interface ExitReason {
  readonly message: string | null;
  readonly status: number;
}

/** How long files may take once everything else is over, ms. */
const filePatienceMs = 2000;

/** Exit status of a shell for a process that died of SIGQUIT. */
const quitStatus = 131;

const crashed = (thread: string, error: unknown): ExitReason & { readonly message: string } => ({
  message: `${thread} failed: ${printable(error instanceof Error ? error.message : String(error))}`,
  status: 1,
});

/** Runs the console: start, screen, and one way out. Resolves to the exit status. */
export const runConsole = async (options: ConsoleOptions): Promise<number> => {
  const obstacle = terminalObstacle();
  if (obstacle !== null) {
    printError(obstacle);
    return 2;
  }
  const { promise: left, resolve: leave } = Promise.withResolvers<ExitReason>();
  const source = new LiveSource(options);
  const feed = new LiveFeed({ read: () => source.read(), detail: source });
  const complain = (problem: string): void => feed.note(problem, 'error');
  const calls = new FileCalls(complain);
  const history = new HistoryFile(userFolder('state'), calls, complain);
  // Read beside the start: the first picture does not wait for a file.
  const lines = history.read();
  const session = createSession({ source, feed, history, calls, quit: () => leave({ message: null, status: 0 }) });
  leaveOnSignals(leave);
  leaveWithTerminal(leave);
  // A name may take long to look up: the console can be left meanwhile.
  const opened = await Promise.race([open(source, options).catch(startFailed), left]);
  let reason: ExitReason;
  if ('status' in opened) reason = opened;
  else {
    const notices = [opened.notice, exposureWarning(await exposedEndpoints(opened.endpoints), options.allow)];
    feed.announce(opened.endpoints, notices.filter((notice) => notice !== null).join('; ') || null);
    for (const endpoint of opened.endpoints) feed.note(listenCalls(endpoint, options.backlog));
    session.start(opened.endpoints[0]);
    const screen = mountScreen({ feed, act: session.act, now: monotonicMs, wallNow: Date.now, lines });
    screen.done.catch((error: unknown) => leave(crashed('the console', error)));
    reason = await left;
    await screen.unmount();
    // The failure was on the screen that is gone: it is printed again.
    const { failure } = feed.view();
    if (failure !== null && reason.status === 0) reason = crashed('the wire thread', failure);
  }
  const end = (status: number): void => endProcess(status, calls);
  endOnSignals(reason, end);
  const status = await stop(source, feed, reason, options.graceMs);
  await Promise.race([history.settled().then(() => calls.idle()), delay(filePatienceMs, undefined, { ref: false })]);
  if (calls.unanswered.length > 0) end(status);
  return status;
};

/** Why nothing can be drawn; null: it can. */
const terminalObstacle = (): string | null => {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    return 'the console needs a terminal; without one use `echoscope serve`';
  // It neither moves its cursor nor clears a line: every frame would be below the one before.
  if (process.env.TERM === 'dumb') return 'the console cannot draw on this terminal (TERM=dumb); use `echoscope serve`';
  return null;
};

/** The endpoints of the listeners with their real ports, and a warning about them. */
interface Opened {
  readonly endpoints: readonly Endpoint[];
  readonly notice: string | null;
}

/** Opens the listeners. Where no port was named and the default one is taken, any free port will do. */
const open = async (source: LiveSource, { endpoints, named }: ConsoleOptions): Promise<Opened> => {
  try {
    return { endpoints: await source.listen(endpoints), notice: null };
  } catch (error) {
    if (named || !(error instanceof FaultError) || error.fault.code !== 'EADDRINUSE') throw error;
    const free = await source.listen(endpoints.map((endpoint) => ({ ...endpoint, port: 0 })));
    const taken = endpoints.map((endpoint) => endpoint.port).join(', ');
    return { endpoints: free, notice: `port ${taken} is taken: listening on ${free.map(formatEndpoint).join(', ')}` };
  }
};

const startFailed = (error: unknown): ExitReason =>
  error instanceof FaultError ? { message: explain(error.fault), status: 1 } : crashed('the console', error);

/** A terminal that is gone reads as at its end, or as EIO; with a session of its own the console gets no SIGHUP. */
const leaveWithTerminal = (leave: (reason: ExitReason) => void): void => {
  const onLoss = (): void => leave({ message: 'the terminal is gone', status: 0 });
  process.stdin.on('end', onLoss).on('error', onLoss);
  process.stdout.on('error', onLoss);
};

/** Signals and uncaught errors leave the console as a key does. */
const leaveOnSignals = (leave: (reason: ExitReason) => void): void => {
  const onSignal = (signal: NodeJS.Signals): void =>
    leave({
      message: signal === 'SIGINT' ? null : `ended by ${signal}`,
      status: signal === 'SIGQUIT' ? quitStatus : 0,
    });
  const onError = (error: unknown): void => leave(crashed('the console', error));
  for (const signal of [...endingSignals(), 'SIGQUIT'] as const) process.on(signal, onSignal);
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
};

/** Prints why the console was left. From now on a signal ends the process at once. */
const endOnSignals = ({ message, status }: ExitReason, end: (status: number) => void): void => {
  if (message !== null) printError(message);
  // SIGQUIT ends the process without its grace, and with a core where the system writes one.
  if (status === quitStatus) {
    process.removeAllListeners('SIGQUIT');
    process.kill(process.pid, 'SIGQUIT');
  }
  // Open connections may take the whole grace; a second signal ends it. SIGHUP does not: it comes twice without a user,
  // from the terminal and from its shell.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(status));
};

/** Ends the process now, and says which files are not waited for. */
const endProcess = (status: number, { unanswered }: FileCalls): void => {
  if (unanswered.length > 0)
    printError(
      `${unanswered.join(', ')} does not answer: the process is killed, and what was not yet written there is lost`,
    );
  exitNow(status);
};

/** Ends the source. Resolves to the exit status. */
const stop = async (source: LiveSource, feed: LiveFeed, { status }: ExitReason, graceMs: number): Promise<number> => {
  const { failure: before } = feed.view();
  await source.stop(graceMs);
  // A wire thread that dies now loses what was owed to its peers.
  const { failure: after } = feed.view();
  if (after === null || after === before) return status;
  printError(crashed('the wire thread', after).message);
  return 1;
};
