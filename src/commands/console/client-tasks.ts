import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ClientEvent } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { exact, roundTrip } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { expandHome, explainFile, type FileCalls, openRegular } from './files.ts';

/** A task of the client that takes time, such as /repeat or /send. */
export interface ClientTask {
  /** Ends the task. Bytes on the wire are not taken back. */
  stop(): void;
  onClientEvent(event: ClientEvent): void;
}

/** How a task reports to the chat. */
export interface TaskEvents {
  /** Progress, in a few characters. */
  readonly progress: (text: string) => void;
  /** The task has ended, and why. Called once. */
  readonly done: (text: string, tone: 'info' | 'error') => void;
}

/** How long the end of a repetition waits for the answer to its last message, ms; and for more, once something has come. */
const answerMs = 1000;
const quietMs = 200;

/** Sends one message several times, the first at once. Ends behind its last answer, or with the connection. */
export class Repetition implements ClientTask {
  readonly #count: number;
  readonly #send: () => number;
  readonly #events: TaskEvents;
  readonly #timer: NodeJS.Timeout;
  #sent = 0;
  /** The number of the last message, once it is sent. */
  #last: number | null = null;
  #waiting: NodeJS.Timeout | undefined;

  /** `send` returns the number of the message. */
  constructor(count: number, everyMs: number, send: () => number, events: TaskEvents) {
    this.#count = count;
    this.#send = send;
    this.#events = events;
    this.#timer = setInterval(() => this.#next(), everyMs);
    this.#next();
  }

  stop(): void {
    this.#end('stopped', 'info');
  }

  onClientEvent(event: ClientEvent): void {
    switch (event.type) {
      case 'unsent':
        this.#end(event.why === 'full' ? 'the peer does not read' : 'nothing more can be sent', 'error');
        return;
      case 'disconnected':
      case 'finished':
        if (this.#last === null) this.#end('nothing more can be sent', 'error');
        else if (event.type === 'disconnected') this.#end('done', 'info');
        return;
      case 'received':
        if (this.#last === null) return;
        if (event.id === this.#last && event.roundTripMs !== null) this.#end('done', 'info');
        // Nobody can tell which answer it is: the last one is there when no more comes.
        else if (event.id === null) this.#endAfter(quietMs);
        return;
      case 'unanswered':
        if (event.id === this.#last) this.#end('done', 'info');
        return;
      default:
    }
  }

  #next(): void {
    this.#sent += 1;
    const id = this.#send();
    this.#events.progress(`${exact(this.#sent)}/${exact(this.#count)}`);
    if (this.#sent < this.#count) return;
    clearInterval(this.#timer);
    this.#last = id;
    this.#endAfter(answerMs);
  }

  #endAfter(ms: number): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#end('done', 'info'), ms);
  }

  #end(why: string, tone: 'info' | 'error'): void {
    clearInterval(this.#timer);
    clearTimeout(this.#waiting);
    this.#events.done(`/repeat: ${why}, sent ${exact(this.#sent)} of ${exact(this.#count)}`, tone);
  }
}

const pieceBytes = 64 * 1024;
/** Pieces that the kernel may not have taken yet. With the one read ahead they bound the memory. */
const piecesAhead = 4;
/** Shortest time between two reports of progress, ms. */
const progressMs = 100;

/** Sends a piece; a `taken` event answers. */
type SendPiece = (bytes: Uint8Array, last: boolean) => void;

/** Sends the bytes of a file as fast as the connection takes them. Ends with the connection. */
export class FileSending implements ClientTask {
  readonly #path: string;
  readonly #id: number;
  readonly #send: SendPiece;
  readonly #calls: FileCalls;
  readonly #events: TaskEvents;
  readonly #startedMs = monotonicMs();
  #sizeBytes = 0;
  #takenBytes = 0;
  #ahead = 0;
  #shownMs = 0;
  #isOver = false;
  #wake: (() => void) | null = null;

  /** `id` is the number of the message. */
  constructor(path: string, id: number, send: SendPiece, calls: FileCalls, events: TaskEvents) {
    this.#path = expandHome(path);
    this.#id = id;
    this.#send = send;
    this.#calls = calls;
    this.#events = events;
    void this.#run();
  }

  stop(): void {
    this.#end(`stopped, ${this.#state()}`, 'info');
  }

  onClientEvent(event: ClientEvent): void {
    if (event.type === 'taken' && event.id === this.#id && event.bytes > 0) this.#taken(event.bytes);
    else if (event.type === 'taken' || event.type === 'disconnected' || event.type === 'finished')
      this.#end(`the connection takes no more, ${this.#state()}`, 'error');
  }

  async #run(): Promise<void> {
    let file: FileHandle | undefined;
    try {
      const opened = await this.#call(() => openRegular(this.#path, constants.O_RDONLY));
      file = opened.file;
      this.#sizeBytes = opened.stats.size;
      await this.#sendAll(file);
    } catch (error) {
      if (!this.#isOver) this.#over(explainFile('/send', this.#path, error), 'error');
    } finally {
      await file?.close();
    }
  }

  #call<T>(act: () => Promise<T>): Promise<T> {
    return this.#calls.run('/send', this.#path, act);
  }

  async #sendAll(file: FileHandle): Promise<void> {
    // One piece is read ahead: the last one is sent with a mark.
    let piece = await this.#call(() => readPiece(file));
    if (piece.length === 0) this.#end('is empty', 'error');
    while (piece.length > 0) {
      const next = await this.#call(() => readPiece(file));
      if (this.#isOver) return;
      this.#ahead += 1;
      this.#send(piece, next.length === 0);
      piece = next;
      await this.#until(piece.length === 0 ? 0 : piecesAhead - 1);
    }
    this.#end(`${exact(this.#takenBytes)} B sent in ${roundTrip(monotonicMs() - this.#startedMs)}`, 'info');
  }

  /** Waits until at most `ahead` pieces are under way, or the task has ended. */
  async #until(ahead: number): Promise<void> {
    while (this.#ahead > ahead && !this.#isOver) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  #taken(bytes: number): void {
    this.#ahead -= 1;
    this.#takenBytes += bytes;
    this.#wake?.();
    const nowMs = monotonicMs();
    if (nowMs - this.#shownMs < progressMs) return;
    this.#shownMs = nowMs;
    // A file of /proc has size 0, and one that grows has more bytes than its size was.
    const share = this.#takenBytes / Math.max(this.#takenBytes, this.#sizeBytes);
    this.#events.progress(`${Math.floor(100 * share)}%`);
  }

  #state(): string {
    return `${exact(this.#takenBytes)} of ${exact(this.#sizeBytes)} B sent`;
  }

  #end(what: string, tone: 'info' | 'error'): void {
    if (!this.#isOver) this.#over(`/send ${printable(basename(this.#path))}: ${what}`, tone);
  }

  #over(text: string, tone: 'info' | 'error'): void {
    this.#isOver = true;
    this.#events.done(text, tone);
    this.#wake?.();
  }
}

/** The next piece; empty at the end. Each has a new buffer: it goes to another thread. */
const readPiece = async (file: FileHandle): Promise<Uint8Array> => {
  const buffer = new Uint8Array(pieceBytes);
  const { bytesRead } = await file.read(buffer, 0, pieceBytes);
  return bytesRead === pieceBytes ? buffer : buffer.slice(0, bytesRead);
};
