import { ConsoleClient } from './console/client.ts';
import { obey } from './console/commands.ts';
import { Engines } from './console/engines.ts';
import { fail, needsWire, restart } from './console/failure.ts';
import { HistoryFile, historyPath } from './console/history-file.ts';
import { Touch } from './console/touch.ts';
import { FaultError } from './engine/engine.ts';
import type { Note, ServerOptions } from './engine/protocol.ts';
import { reachable } from './engine/reach.ts';
import { monotonicMs } from './ledger/clock.ts';
import { LiveFeed } from './model/feed.ts';
import { say } from './say.ts';
import type { Intent } from './screen/intent.ts';
import { mountScreen } from './screen/mount.tsx';
import { listenCalls } from './text/calls.ts';
import { type Endpoint, formatEndpoint } from './text/endpoint.ts';
import { explain } from './text/fault.ts';
import { openDoors } from './text/open-doors.ts';
import { printable } from './text/printable.ts';

export interface ConsoleOptions extends ServerOptions {
  readonly endpoints: readonly Endpoint[];
  /** Whether the user named the endpoints: then each of them must be had. */
  readonly named: boolean;
  /** How long open connections may finish at the end, ms. */
  readonly graceMs: number;
}

/** Why the console ends: what to say (null: it was asked for) and the exit status. */
interface Farewell {
  readonly message: string | null;
  readonly status: number;
}

/** What a shell makes of the death by SIGQUIT. */
const quitStatus = 131;

const crashed = (thread: string, error: unknown): Farewell & { readonly message: string } => ({
  message: `${thread} failed: ${printable(error instanceof Error ? error.message : String(error))}`,
  status: 1,
});

/** What a peer said until its FIN, as a line of the chat. */
const sayMessage = ({ id, bytes, length }: Extract<Note, { type: 'message' }>): string =>
  `#${id} said: ${printable(bytes)}${length > bytes.length ? `… (${length} B in all)` : ''}`;

const failed = (error: unknown): Farewell =>
  error instanceof FaultError ? { message: explain(error.fault), status: 1 } : crashed('the console', error);

/** The console: engine, feed and screen, and one way out. Resolves to the exit status. */
export const runConsole = async (options: ConsoleOptions): Promise<number> => {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    say('the console needs a terminal; without one use `echoscope serve`');
    return 2;
  }
  // It neither moves its cursor nor clears a line: every frame would stand below the one before.
  if (process.env.TERM === 'dumb') {
    say('the console cannot draw on this terminal (TERM=dumb); use `echoscope serve`');
    return 2;
  }
  const { promise: over, resolve: leave } = Promise.withResolvers<Farewell>();
  const engines = new Engines(
    { ...options, journal: 'messages' },
    {
      client: (event) => {
        feed.hear(event);
        client.hear(event);
      },
      journal: (notes, _dropped, taken) => {
        for (const note of notes) if (note.type === 'message') feed.note(sayMessage(note));
        taken();
      },
      fault: (fault) => feed.note(explain(fault), 'error'),
      crash: (error) => fail(feed, client, error),
    },
  );
  const feed = new LiveFeed({
    read: () => engines.read(),
    lens: { life: (row) => engines.life(row), tap: (id) => engines.current.tap(id) },
  });
  const client = new ConsoleClient(engines, feed);
  const history = new HistoryFile(historyPath(process.env.XDG_STATE_HOME), (problem) => feed.note(problem, 'error'));
  const onSignal = (signal: NodeJS.Signals): void =>
    leave({
      message: signal === 'SIGINT' ? null : `ended by ${signal}`,
      status: signal === 'SIGQUIT' ? quitStatus : 0,
    });
  const onError = (error: unknown): void => leave(crashed('the console', error));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, onSignal);
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);

  // A name that is looked up may take its time: who wants to leave meanwhile can.
  const opened = await Promise.race([open(engines, options).catch(failed), over]);
  let farewell: Farewell;
  if ('status' in opened) farewell = opened;
  else {
    const notices = [opened.notice, openDoors(await reachable(opened.endpoints), options.allow)];
    feed.announce(opened.endpoints, notices.filter((notice) => notice !== null).join('; ') || null);
    for (const endpoint of opened.endpoints) feed.note(listenCalls(endpoint, options.backlog));
    const lines = await history.read();
    client.start(opened.endpoints[0]);
    const act = actOn(engines, feed, client, history, leave);
    const screen = mountScreen({ feed, act, now: monotonicMs, wallNow: Date.now, lines });
    screen.done.catch(onError);
    farewell = await over;
    await screen.unmount();
    // Whoever leaves a console that has failed reads why, once more, when the screen is gone.
    const { failure } = feed.view();
    if (failure !== null && farewell.status === 0) farewell = crashed('the wire thread', failure);
  }
  if (farewell.message !== null) say(farewell.message);
  // Who sends it wants the program gone as it stands, and perhaps its core.
  if (farewell.status === quitStatus) {
    process.removeAllListeners('SIGQUIT');
    process.kill(process.pid, 'SIGQUIT');
  }
  // What peers are owed may take the whole grace. Who asks again does not want to wait for it; SIGHUP comes twice
  // without anyone asking, from the terminal and from its shell.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(farewell.status));
  const { failure: before } = feed.view();
  await Promise.all([engines.stop(options.graceMs), history.settled()]);
  // The wire may have died meanwhile, and what peers were owed with it.
  const { failure: after } = feed.view();
  if (after === null || after === before) return farewell.status;
  say(crashed('the wire thread', after).message);
  return 1;
};

/** The listeners that are up, and what there is to know about them. */
interface Opened {
  readonly endpoints: readonly Endpoint[];
  readonly notice: string | null;
}

/** Opens the listeners. Where no port was named and the usual one is taken, any free one will do. */
const open = async (engines: Engines, { endpoints, named }: ConsoleOptions): Promise<Opened> => {
  try {
    return { endpoints: await engines.listen(endpoints), notice: null };
  } catch (error) {
    if (named || !(error instanceof FaultError) || error.fault.code !== 'EADDRINUSE') throw error;
    const free = await engines.listen(endpoints.map((endpoint) => ({ ...endpoint, port: 0 })));
    const taken = endpoints.map((endpoint) => endpoint.port).join(', ');
    return { endpoints: free, notice: `port ${taken} is taken: listening on ${free.map(formatEndpoint).join(', ')}` };
  }
};

/** Does as the screen asks. */
const actOn = (
  engines: Engines,
  feed: LiveFeed,
  client: ConsoleClient,
  history: HistoryFile,
  leave: (farewell: Farewell) => void,
): ((intent: Intent) => void) => {
  const touch = new Touch(engines, feed);
  return (intent) => {
    if (engines.hasFailed && needsWire(intent)) {
      feed.note('the wire has failed: Ctrl-R restarts it', 'error');
      return;
    }
    switch (intent.type) {
      case 'send':
        client.send(intent.bytes);
        return;
      case 'repeat':
        client.repeat(intent.bytes, intent.count, intent.everyMs);
        return;
      case 'command':
        obey(engines, feed, client, intent.command);
        return;
      case 'remember':
        history.append(intent.line);
        return;
      case 'write':
        touch.write(intent.bytes, intent.id);
        return;
      case 'echo':
        touch.echo(intent.id);
        return;
      case 'pause':
        touch.pause(intent.id);
        return;
      case 'act':
        touch.act(intent.act, intent.id);
        return;
      case 'reconnect':
        client.reconnect();
        return;
      case 'restart':
        void restart(engines, feed, client);
        return;
      case 'look':
        feed.lookAt(intent.id);
        return;
      case 'quit':
        leave({ message: null, status: 0 });
        return;
      default:
        intent satisfies never;
    }
  };
};
