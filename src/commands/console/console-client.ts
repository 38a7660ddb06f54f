import type { ClientEvent, ConnectionCommand, EchoExpectation } from '../../engine/protocol.ts';
import type { Discipline } from '../../memory/ledger/row.ts';
import type { LiveFeed } from '../../model/feed.ts';
import type { Source } from '../../sources/source.ts';
import { type Endpoint, isStream, reachableHost } from '../../text/endpoint.ts';
import { type ClientTask, FileSending, Repetition, type TaskEvents } from './client-tasks.ts';
import type { FileCalls } from './files.ts';

/** The embedded client of the console: its peer, the numbers of its messages, and its running task, if any. */
export class ConsoleClient {
  readonly #source: Pick<Source, 'tellClient'>;
  readonly #feed: LiveFeed;
  readonly #calls: FileCalls;
  /** Our listener. */
  #home: Endpoint | null = null;
  #endpoint: Endpoint | null = null;
  /** The connection is to one of our listeners, so that we know what it sends back. */
  #isHome = false;
  /** The last choice for all connections; null: as the view shows it. */
  #discipline: Discipline | null = null;
  #echo: EchoExpectation = 'unknown';
  #messages = 0;
  #task: ClientTask | null = null;

  constructor(source: Pick<Source, 'tellClient'>, feed: LiveFeed, calls: FileCalls) {
    this.#source = source;
    this.#feed = feed;
    this.#calls = calls;
  }

  /** Connects to our listener. */
  start(home: Endpoint | undefined): void {
    this.#home = home ?? null;
    this.connect(null);
  }

  /** Connects to `endpoint`, or (null) to our listener. */
  connect(endpoint: Endpoint | null): void {
    this.#endpoint = endpoint ?? this.#home;
    this.reconnect();
  }

  /** Connects anew to the last endpoint. */
  reconnect(): void {
    if (this.#endpoint === null) return;
    const endpoint = { ...this.#endpoint, host: reachableHost(this.#endpoint.host) };
    const { endpoints, snapshot } = this.#feed.view();
    this.#isHome = endpoints.some((listener) => listensFor(listener, endpoint));
    const discipline = this.#discipline ?? snapshot.discipline;
    this.#echo = !this.#isHome ? 'unknown' : discipline === 'none' ? 'none' : 'due';
    this.#source.tellClient({ type: 'connect', endpoint, echo: this.#echo });
  }

  /** A command goes to connection `id` of the server, or (null) to all: it may change what comes back to us. */
  onConnectionCommand(id: number | null, command: ConnectionCommand): void {
    if (id === null && command.type === 'discipline') this.#discipline = command.discipline;
    const { client, snapshot } = this.#feed.view();
    const isOurs = id === null || (client.local !== null && snapshot.connections.byId(id)?.peer === client.local);
    if (!this.#isHome || !isOurs) return;
    const echo = expectationAfter(this.#echo, command);
    if (echo === this.#echo) return;
    this.#echo = echo;
    this.#source.tellClient({ type: 'expect', echo });
  }

  /** Returns the number of the message. */
  send(bytes: Uint8Array): number {
    this.#messages += 1;
    this.#source.tellClient({ type: 'send', id: this.#messages, bytes });
    return this.#messages;
  }

  repeat(bytes: Uint8Array, count: number, everyMs: number): void {
    this.#run('/repeat', (events) => new Repetition(count, everyMs, () => this.send(bytes), events));
  }

  sendFile(path: string): void {
    const { status, endpoint } = this.#feed.view().client;
    if (status !== 'online') this.#feed.note('/send: there is no connection; Ctrl-R connects', 'error');
    else if (endpoint !== null && !isStream(endpoint.transport))
      this.#feed.note('/send: a file goes over TCP; UDP knows datagrams only', 'error');
    else this.#run('/send', (events) => new FileSending(path, ...this.#pieces(), this.#calls, events));
  }

  /** Stops the running task. */
  stop(): void {
    if (this.#task === null) this.#feed.note('/stop: nothing is under way');
    this.#task?.stop();
  }

  onClientEvent(event: ClientEvent): void {
    this.#task?.onClientEvent(event);
  }

  /** The number of a message in pieces, and the function that sends one. */
  #pieces(): [id: number, send: (bytes: Uint8Array, last: boolean) => void] {
    this.#messages += 1;
    const id = this.#messages;
    return [id, (bytes, last) => this.#source.tellClient({ type: 'part', id, bytes, last })];
  }

  #run(name: string, start: (events: TaskEvents) => ClientTask): void {
    if (this.#task !== null) {
      this.#feed.note(`${name}: something is under way already; Esc stops it`, 'error');
      return;
    }
    // A short task is over before `start` returns.
    let isOver = false;
    this.#feed.task(name);
    const task = start({
      progress: (text) => this.#feed.task(`${name} ${text}`),
      done: (text, tone) => {
        isOver = true;
        this.#task = null;
        this.#feed.task(null);
        this.#feed.note(text, tone);
      },
    });
    if (!isOver) this.#task = task;
  }
}

/** Whether a listener takes what connects to `endpoint`. */
const listensFor = (listener: Endpoint, endpoint: Endpoint): boolean =>
  listener.transport === endpoint.transport &&
  listener.port === endpoint.port &&
  (listener.host === endpoint.host || reachableHost(listener.host, endpoint.host) === endpoint.host);

/** What our own server sends back after a command to our connection. */
const expectationAfter = (echo: EchoExpectation, command: ConnectionCommand): EchoExpectation => {
  if (command.type === 'discipline') {
    if (command.discipline === 'none') return 'none';
    // What was sent under `none` may still be on its way, and is an echo then.
    return echo === 'none' ? 'mixed' : echo;
  }
  return command.type === 'write' && echo === 'due' ? 'mixed' : echo;
};
