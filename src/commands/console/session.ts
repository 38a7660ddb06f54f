import { FaultError } from '../../engine/engine.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { transcriptText } from '../../model/chat/transcript-text.ts';
import type { LiveFeed } from '../../model/feed.ts';
import { saidIn } from '../../model/said.ts';
import type { Intent } from '../../screen/keys/actions.ts';
import type { Message, Source } from '../../sources/source.ts';
import { type Endpoint, formatEndpoint, isStream } from '../../text/endpoint.ts';
import { explain } from '../../text/fault.ts';
import { exact } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { ConnectionActions } from './connection-actions.ts';
import { ConsoleClient } from './console-client.ts';
import { type FileCalls, save } from './files.ts';
import type { HistoryFile } from './history-file.ts';

type PromptCommand = Extract<Intent, { type: 'command' }>['command'];

/** What the commands of the prompt act on. */
interface PromptTargets {
  readonly source: Pick<Source, 'tellClient'>;
  readonly feed: LiveFeed;
  readonly client: ConsoleClient;
  readonly connections: ConnectionActions;
  readonly calls: FileCalls;
}

/** Runs a command of the prompt. */
const runPromptCommand = (
  command: PromptCommand,
  { source, feed, client, connections, calls }: PromptTargets,
): void => {
  const { status, endpoint } = feed.view().client;
  const isOffline = status === 'offline';
  const refuse = (): void => feed.note(`/${command.type}: there is no connection`, 'error');
  switch (command.type) {
    case 'connect':
      client.connect(command.endpoint);
      return;
    case 'disconnect':
      if (isOffline) refuse();
      else source.tellClient({ type: 'disconnect' });
      return;
    case 'eof':
      if (isOffline) refuse();
      else if (endpoint !== null && !isStream(endpoint.transport)) feed.note('/eof: UDP knows no half-close', 'error');
      else source.tellClient({ type: 'half-close' });
      return;
    case 'reset':
      if (isOffline) refuse();
      else source.tellClient({ type: 'reset' });
      return;
    case 'send':
      client.sendFile(command.path);
      return;
    case 'stop':
      client.stop();
      return;
    case 'echo':
      connections.run(null, { type: 'discipline', discipline: command.discipline });
      return;
    case 'clear':
      feed.clear();
      return;
    case 'save':
      void saveChat(command, feed, calls);
      return;
    case 'save-bytes':
      void saveBytes(command, feed, calls);
      return;
    default:
      command satisfies never;
  }
};

const saveChat = async (
  { path, overwrite }: Extract<PromptCommand, { type: 'save' }>,
  feed: LiveFeed,
  calls: FileCalls,
): Promise<void> => {
  const { transcript } = feed.view();
  const summary = `${exact(transcript.length)} entries`;
  const contents = transcriptText(transcript);
  const { text, tone } = await save({ command: '/save', path, overwrite, contents, summary }, calls);
  feed.note(text, tone);
};

/** Of the selected connection. What is not kept is left out, and counted in the note. */
const saveBytes = async (
  { path, overwrite, direction }: Extract<PromptCommand, { type: 'save-bytes' }>,
  feed: LiveFeed,
  calls: FileCalls,
): Promise<void> => {
  const { detail } = feed.view();
  if (detail === null) {
    feed.note('/save-bytes: no connection is selected', 'error');
    return;
  }
  const { parts, length, missing } = saidIn(detail.pieces, direction);
  const left = missing === 0 ? '' : `; ${exact(missing)} B more are not kept, and left out`;
  const summary = `${exact(length)} B (${direction}) of #${detail.id}${left}`;
  const contents = Buffer.concat(parts);
  const { text, tone } = await save({ command: '/save-bytes', path, overwrite, contents, summary }, calls);
  feed.note(text, missing === 0 ? tone : 'error');
};

/** What a session joins. */
interface SessionParts {
  readonly source: Source;
  readonly feed: LiveFeed;
  readonly history: Pick<HistoryFile, 'append'>;
  readonly calls: FileCalls;
  /** Leaves the console. */
  readonly quit: () => void;
}

export interface Session {
  /** Connects the client to the first endpoint of the source, where it has one and acts. */
  readonly start: (endpoint: Endpoint | undefined) => void;
  /** Runs an intent of the screen. Where the source cannot, its refusal is a note of the chat. */
  readonly act: (intent: Intent) => void;
}

/** Brings the events of a source into the feed, and runs the intents of the screen on the source. */
export const createSession = ({ source, feed, history, calls, quit }: SessionParts): Session => {
  const client = new ConsoleClient(source, feed, calls);
  const connections = new ConnectionActions(source, feed, (id, command) => client.onConnectionCommand(id, command));
  source.follow({
    client: (event) => {
      feed.applyClientEvent(event);
      client.onClientEvent(event);
    },
    said: (message) => feed.note(messageText(message)),
    fault: (fault) => feed.note(explain(fault), 'error'),
    crash: (error) => showCrash(feed, client, error),
  });
  return {
    start: (endpoint) => {
      if (source.refusal === null) client.start(endpoint);
    },
    act: (intent) => {
      if (source.refusal !== null && needsSource(intent)) {
        feed.note(source.refusal, 'error');
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
          runPromptCommand(intent.command, { source, feed, client, connections, calls });
          return;
        case 'remember':
          history.append(intent.line);
          return;
        case 'connection':
          connections.run(intent.id, intent.request);
          return;
        case 'reconnect':
          client.reconnect();
          return;
        case 'restart':
          void restart(source, feed, client);
          return;
        case 'detail':
          feed.showDetail(intent.id);
          return;
        case 'talk':
          feed.showTalk(intent.filter === null ? null : { filter: intent.filter, text: '' }, intent.isHeld);
          return;
        case 'quit':
          quit();
          return;
        default:
          intent satisfies never;
      }
    },
  };
};

/** The wire thread is gone, and all connections with it. The last view stays. */
const showCrash = (feed: LiveFeed, client: ConsoleClient, error: Error): void => {
  const why = printable(error.message);
  feed.fail(why);
  feed.note(`the wire thread failed: ${why}`, 'error');
  const { status, endpoint } = feed.view().client;
  if (status === 'offline' || endpoint === null) return;
  const gone = { type: 'disconnected', at: monotonicMs(), endpoint, fault: null, unanswered: 0 } as const;
  feed.applyClientEvent(gone);
  client.onClientEvent(gone);
};

const restart = async (source: Source, feed: LiveFeed, client: ConsoleClient): Promise<void> => {
  try {
    const endpoints = await source.restart();
    if (endpoints === null) return;
    feed.fail(null);
    const places = endpoints.map(formatEndpoint).join(', ');
    feed.note(`the wire runs again, listening on ${places}; numbers and counters go on`);
    client.reconnect();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const text = error instanceof FaultError ? explain(error.fault) : `the wire thread failed: ${printable(words)}`;
    feed.note(text, 'error');
  }
};

/** The start of a peer's bytes until its FIN, as a note of the chat. */
const messageText = ({ id, bytes, length }: Message): string =>
  `#${id} said: ${printable(bytes)}${length > bytes.length ? `… (${length} B in all)` : ''}`;

/** An intent that a source with a refusal cannot serve. */
const needsSource = (intent: Intent): boolean => {
  switch (intent.type) {
    case 'command':
      return !['clear', 'save', 'save-bytes'].includes(intent.command.type);
    case 'remember':
    case 'restart':
    case 'detail':
    case 'talk':
    case 'quit':
      return false;
    default:
      return true;
  }
};
