import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ClientEvent } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { exact, roundTrip } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import type { ClientTask, TaskEvents } from './client-task.ts';
import { expandHome, explainFile } from './files.ts';

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
  readonly #events: TaskEvents;
  readonly #startedMs = monotonicMs();
  #sizeBytes = 0;
  #takenBytes = 0;
  #ahead = 0;
  #shownMs = 0;
  #isOver = false;
  #wake: (() => void) | null = null;

  /** `id` is the number of the message. */
  constructor(path: string, id: number, send: SendPiece, events: TaskEvents) {
    this.#path = expandHome(path);
    this.#id = id;
    this.#send = send;
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
      file = await open(this.#path);
      const stat = await file.stat();
      this.#sizeBytes = stat.size;
      if (stat.isFile()) await this.#sendAll(file);
      else this.#end('is no regular file', 'error');
    } catch (error) {
      if (!this.#isOver) this.#over(explainFile('/send', this.#path, error), 'error');
    } finally {
      await file?.close();
    }
  }

  async #sendAll(file: FileHandle): Promise<void> {
    // One piece is read ahead: the last one is sent with a mark.
    let piece = await readPiece(file);
    if (piece.length === 0) this.#end('is empty', 'error');
    while (piece.length > 0) {
      const next = await readPiece(file);
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
