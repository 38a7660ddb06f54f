import { FaultError } from '../../engine/engine.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { Note } from '../../memory/journal/note.ts';
import type { LiveFeed } from '../../model/feed.ts';
import type { Intent } from '../../screen/keys/actions.ts';
import type { Source } from '../../sources/source.ts';
import { type Endpoint, formatEndpoint } from '../../text/endpoint.ts';
import { explain } from '../../text/fault.ts';
import { printable } from '../../text/printable.ts';
import { ConnectionActions } from './connection-actions.ts';
import { ConsoleClient } from './console-client.ts';
import type { HistoryFile } from './history-file.ts';
import { runPromptCommand } from './prompt-commands.ts';

/** What a session joins. */
export interface SessionParts {
  readonly source: Source;
  readonly feed: LiveFeed;
  readonly history: Pick<HistoryFile, 'append'>;
  /** Leaves the console. */
  readonly quit: () => void;
}

/** Brings the events of a source into the feed, and runs the intents of the screen on the source. */
export class Session {
  readonly #source: Source;
  readonly #feed: LiveFeed;
  readonly #history: Pick<HistoryFile, 'append'>;
  readonly #quit: () => void;
  readonly #client: ConsoleClient;
  readonly #connections: ConnectionActions;

  constructor({ source, feed, history, quit }: SessionParts) {
    this.#source = source;
    this.#feed = feed;
    this.#history = history;
    this.#quit = quit;
    this.#client = new ConsoleClient(source, feed);
    this.#connections = new ConnectionActions(source, feed);
    source.follow({
      client: (event) => {
        feed.applyClientEvent(event);
        this.#client.onClientEvent(event);
      },
      notes: (notes) => {
        for (const note of notes) if (note.type === 'message') feed.note(messageText(note));
      },
      fault: (fault) => feed.note(explain(fault), 'error'),
      crash: (error) => this.#showCrash(error),
    });
  }

  /** Connects the client to the first endpoint of the source, where it has one and acts. */
  start(endpoint: Endpoint | undefined): void {
    if (this.#source.refusal === null) this.#client.start(endpoint);
  }

  readonly act = (intent: Intent): void => {
    const { refusal } = this.#source;
    if (refusal !== null && needsSource(intent)) {
      this.#feed.note(refusal, 'error');
      return;
    }
    switch (intent.type) {
      case 'send':
        this.#client.send(intent.bytes);
        return;
      case 'repeat':
        this.#client.repeat(intent.bytes, intent.count, intent.everyMs);
        return;
      case 'command':
        runPromptCommand(intent.command, {
          source: this.#source,
          feed: this.#feed,
          client: this.#client,
          connections: this.#connections,
        });
        return;
      case 'remember':
        this.#history.append(intent.line);
        return;
      case 'connection':
        this.#connections.run(intent.id, intent.request);
        return;
      case 'reconnect':
        this.#client.reconnect();
        return;
      case 'restart':
        void this.#restart();
        return;
      case 'detail':
        this.#feed.showDetail(intent.id);
        return;
      case 'quit':
        this.#quit();
        return;
      default:
        intent satisfies never;
    }
  };

  /** The wire thread is gone, and all connections with it. The last view stays. */
  #showCrash(error: Error): void {
    const why = printable(error.message);
    this.#feed.fail(why);
    this.#feed.note(`the wire thread failed: ${why}`, 'error');
    const { status, endpoint } = this.#feed.view().client;
    if (status === 'offline' || endpoint === null) return;
    const gone = { type: 'disconnected', at: monotonicMs(), endpoint, fault: null, unanswered: 0 } as const;
    this.#feed.applyClientEvent(gone);
    this.#client.onClientEvent(gone);
  }

  async #restart(): Promise<void> {
    try {
      const endpoints = await this.#source.restart();
      if (endpoints === null) return;
      this.#feed.fail(null);
      const places = endpoints.map(formatEndpoint).join(', ');
      this.#feed.note(`the wire runs again, listening on ${places}; numbers and counters go on`);
      this.#client.reconnect();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const text = error instanceof FaultError ? explain(error.fault) : `the wire thread failed: ${printable(words)}`;
      this.#feed.note(text, 'error');
    }
  }
}

/** The start of a peer's bytes until its FIN, as a note of the chat. */
const messageText = ({ id, bytes, length }: Extract<Note, { type: 'message' }>): string =>
  `#${id} said: ${printable(bytes)}${length > bytes.length ? `… (${length} B in all)` : ''}`;

/** An intent that a source with a refusal cannot serve. */
const needsSource = (intent: Intent): boolean => {
  switch (intent.type) {
    case 'command':
      return intent.command.type !== 'clear' && intent.command.type !== 'save';
    case 'remember':
    case 'restart':
    case 'detail':
    case 'quit':
      return false;
    default:
      return true;
  }
};
