import type { ClientEvent } from '../../engine/protocol.ts';
import type { LiveFeed } from '../../model/feed.ts';
import { type Endpoint, reachableHost } from '../../text/endpoint.ts';
import { type ClientTask, Repetition, type TaskEvents } from './client-task.ts';
import { FileSending } from './file-sending.ts';
import type { RestartableEngine } from './restartable-engine.ts';

/** The console's client: where it connects to, the numbers of its messages, and the one task it may have. */
export class ConsoleClient {
  readonly #engines: Pick<RestartableEngine, 'current'>;
  readonly #feed: LiveFeed;
  #home: Endpoint | null = null;
  #place: Endpoint | null = null;
  #messages = 0;
  #task: ClientTask | null = null;

  constructor(engines: Pick<RestartableEngine, 'current'>, feed: LiveFeed) {
    this.#engines = engines;
    this.#feed = feed;
  }

  /** Connects to our own listener. */
  start(home: Endpoint | undefined): void {
    this.#home = home ?? null;
    this.connect(null);
  }

  /** Connects to `endpoint`, or (null) back to our own listener. */
  connect(endpoint: Endpoint | null): void {
    this.#place = endpoint ?? this.#home;
    this.reconnect();
  }

  /** Connects anew to where it was connected last. */
  reconnect(): void {
    if (this.#place === null) return;
    const endpoint = { ...this.#place, host: reachableHost(this.#place.host) };
    this.#engines.current.tellClient({ type: 'connect', endpoint });
  }

  send(bytes: Uint8Array): void {
    this.#messages += 1;
    this.#engines.current.tellClient({ type: 'send', id: this.#messages, bytes });
  }

  repeat(bytes: Uint8Array, count: number, everyMs: number): void {
    this.#begin('/repeat', (events) => new Repetition(count, everyMs, () => this.send(bytes), events));
  }

  sendFile(path: string): void {
    const { status, endpoint } = this.#feed.view().client;
    if (status !== 'online') this.#feed.note('/send: there is no connection; Ctrl-R connects', 'error');
    else if (endpoint?.transport === 'udp')
      this.#feed.note('/send: a file goes over TCP; UDP knows datagrams only', 'error');
    else this.#begin('/send', (events) => new FileSending(path, ...this.#pieces(), events));
  }

  /** Stops what takes longer than a moment. */
  stop(): void {
    if (this.#task === null) this.#feed.note('/stop: nothing is under way');
    this.#task?.stop();
  }

  onClientEvent(event: ClientEvent): void {
    this.#task?.onClientEvent(event);
  }

  /** The number of a long message, and what sends its pieces. */
  #pieces(): [id: number, send: (bytes: Uint8Array, last: boolean) => void] {
    this.#messages += 1;
    const id = this.#messages;
    return [id, (bytes, last) => this.#engines.current.tellClient({ type: 'part', id, bytes, last })];
  }

  #begin(name: string, begin: (events: TaskEvents) => ClientTask): void {
    if (this.#task !== null) {
      this.#feed.note(`${name}: something is under way already; Esc stops it`, 'error');
      return;
    }
    // The shortest of tasks is over before there is anything to remember.
    let isOver = false;
    this.#feed.task(name);
    const task = begin({
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
