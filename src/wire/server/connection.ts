import { constants } from 'node:os';
import type { ConnectionCommand } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { Ending, OurEnd } from '../../memory/ledger/row.ts';
import { type Endpoint, hostPort } from '../../text/endpoint.ts';
import { codeOf, errnoOf, type Fault } from '../../text/fault.ts';
import { Echo } from '../echo/echo.ts';
import { Outgoing, type OutgoingEvents } from '../echo/outgoing.ts';
import type { Stage } from '../echo/stage.ts';
import type { Ownership, Stream, StreamEvents } from '../transport/stream.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { ServedPeer } from './connection-table.ts';
import type { Holder } from './memory-limit.ts';

/** How long a connection that we close waits for the peer's FIN, ms. */
const lingerMs = 1000;
/** Where more bytes wait to be handed to the kernel, a `write` command is refused. */
const maxQueued = 1 << 20;

/**
 * One accepted connection of a stream transport. Received bytes go through the stages of the way back; after the peer's
 * FIN ours follows behind everything owed (RFC 9293, 3.6).
 *
 * Backpressure: nothing is read while the way back is full. So a peer that sends and never reads fills its own window and
 * waits; memory stays at one buffer each way, and what the discipline holds.
 */
export class Connection implements ServedPeer, StreamEvents, OutgoingEvents, Holder {
  readonly id: number;
  readonly #stream: Stream;
  readonly #slot: number;
  readonly #context: ConnectionContext;
  /** The way back: the discipline, and the stages behind it. What these hold is owed; what the discipline holds is not. */
  readonly #echo: Echo;
  readonly #due: Stage;
  readonly #outgoing: Outgoing;
  #isPaused = false;
  #isPeerFinished = false;
  /** Not read, because all connections together hold too much. */
  #isResting = false;
  /** Reset for that reason. */
  #isOverMemory = false;
  #memory = 0;
  /** We have closed it: nothing goes back any more. */
  #isClosing = false;
  #how: Ending | null = null;
  /** Why we reset it. */
  #resetFor: Ending | null = null;
  #errno = 0;
  #linger: NodeJS.Timeout | undefined;

  constructor(stream: Stream, slot: number, context: ConnectionContext) {
    this.id = context.ledger.idOf(slot);
    this.#stream = stream;
    this.#slot = slot;
    this.#context = context;
    this.#outgoing = new Outgoing(stream, this);
    this.#due = this.#outgoing;
    this.#echo = new Echo(
      this.#due,
      context.discipline,
      context.options.maxBufferBytes,
      () => this.#reset('limit'),
      (bytes) => context.ledger.setHeld(slot, bytes),
    );
    stream.setNoDelay(context.options.noDelay);
    stream.start(this);
  }

  get idleMs(): number {
    return monotonicMs() - this.#context.ledger.activeAt(this.#slot);
  }

  get owes(): boolean {
    return this.#due.held > 0;
  }

  get memory(): number {
    return this.#memory;
  }

  rest(isWanted: boolean): void {
    this.#isResting = isWanted;
    this.resume();
    if (isWanted) this.#context.onFault(this.#memoryFault());
  }

  exceed(): void {
    this.#context.onFault(this.#memoryFault());
    this.#isOverMemory = true;
    this.#reset('limit');
    this.#count(0);
  }

  run(command: ConnectionCommand): void {
    this.#run(command);
    this.#count();
  }

  #run(command: ConnectionCommand): void {
    switch (command.type) {
      case 'half-close':
        this.#echo.end('half-close');
        return;
      case 'close':
        this.#close();
        return;
      case 'reset':
        // This also ends a close that waits for a peer with a full window.
        this.#reset('reset');
        return;
      case 'pause':
      case 'resume':
        this.#setPaused(command.type === 'pause');
        this.resume();
        return;
      case 'discipline':
        this.#context.ledger.setDiscipline(this.#slot, command.discipline);
        this.#context.recorder.disciplined(this.#slot, monotonicMs(), command.discipline);
        this.#echo.change(command.discipline);
        return;
      case 'write':
        if (this.#hasRoom) this.#due.take(command.bytes, 'owned');
        else this.#context.onFault(this.#fullFault());
        return;
      default:
        command satisfies never;
    }
  }

  /** Ends it behind everything owed. A connection that is idle because its peer takes nothing is reset: FIN would say that it has all. */
  end(how: Ending): void {
    // Both FINs are out, and the stream closes by itself.
    if (this.#isPeerFinished && this.#stream.isFinished) return;
    if (this.owes && how === 'idle') this.#reset(how);
    else {
      this.#how ??= how;
      this.#due.end('close');
    }
  }

  abandon(): void {
    this.progress();
    if (this.owes) this.#reset('shutdown');
    else if (this.#stream.isFinished) {
      if (!this.#isPeerFinished) this.#how ??= 'shutdown';
      this.#stream.destroy();
    } else {
      this.#how ??= 'shutdown';
      this.#stream.close();
    }
  }

  progress(): void {
    this.#outgoing.progress();
  }

  /** Reads, unless something is against it. */
  resume(): void {
    this.#stream.read(!this.#isPaused && !this.#isResting && !this.#echo.isFull);
  }

  received(bytes: Buffer, ownership: Ownership): void {
    const { ledger, recorder } = this.#context;
    recorder.received(this.#slot, ledger.received(this.#slot, bytes.length), bytes);
    if (!this.#isClosing) this.#echo.take(bytes, ownership);
    recorder.settle();
    this.#count();
    if (this.#context.acceptPriority.served(this)) this.#stream.read(false);
  }

  peerFinished(): void {
    this.#isPeerFinished = true;
    const { ledger, recorder } = this.#context;
    recorder.finished(this.#slot, ledger.finReceived(this.#slot), 'peer', this.#echo.discipline);
    this.#echo.end('half-close');
    this.#count();
  }

  taken(): void {
    this.#outgoing.taken();
    this.#count();
  }

  sent(piece: Uint8Array, from: number, to: number, buffers: number): void {
    const { ledger, recorder } = this.#context;
    recorder.sent(this.#slot, ledger.sent(this.#slot, to - from, buffers), piece, from, to, buffers);
  }

  stalled(stalled: boolean): void {
    this.#context.ledger.setStalled(this.#slot, stalled);
    if (stalled) this.#context.stalled.add(this);
    else this.#context.stalled.delete(this);
    this.resume();
  }

  finished(): void {
    this.#context.recorder.finished(
      this.#slot,
      this.#context.ledger.finSent(this.#slot),
      'local',
      this.#echo.discipline,
    );
    if (this.#isClosing) this.#awaitFin();
  }

  failed(error: Error): void {
    const code = codeOf(error);
    // EPIPE: we sent to a peer whose RST had come before.
    this.#how = code === 'ECONNRESET' || code === 'EPIPE' ? 'reset' : 'error';
    this.#errno = errnoOf(error);
  }

  closed(): void {
    clearTimeout(this.#linger);
    this.#context.stalled.delete(this);
    this.#echo.close();
    this.#count(0);
    const { ourEnd } = this.#stream;
    const ending = this.#ending(ourEnd);
    const errno = ending === 'limit' && this.#isOverMemory ? constants.errno.ENOMEM : this.#errno;
    const { ledger, recorder } = this.#context;
    const end = ledger.close(this.#slot, ending, errno, ourEnd);
    if (end.how === 'reset' && end.errno !== 0) recorder.wasReset(this.#slot, end.at, 'peer');
    else if (ourEnd === 'rst') recorder.wasReset(this.#slot, end.at, 'local');
    recorder.closed(this.#slot, this.#stream.ends, end);
    this.#context.connections.delete(this.#slot);
  }

  /**
   * Sends what is owed, then FIN. What still comes is read and discarded until the peer's FIN: a socket closed with bytes
   * unread would answer with RST instead (RFC 1122, 4.2.2.13).
   */
  #close(): void {
    this.#how ??= 'fin';
    this.#isClosing = true;
    this.#echo.discard();
    this.#due.end('half-close');
    this.#setPaused(false);
    this.resume();
    if (this.#stream.isFinished) this.#awaitFin();
  }

  #setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#context.ledger.setPaused(this.#slot, isPaused);
    this.#context.recorder.paused(this.#slot, monotonicMs(), isPaused);
  }

  #awaitFin(): void {
    this.#linger ??= setTimeout(() => this.#stream.destroy(), lingerMs);
  }

  #reset(how: Ending): void {
    this.progress();
    this.#resetFor = how;
    this.#stream.reset();
  }

  /**
   * A failure goes before what we wanted. A close with bytes unread was a reset; a reset behind both FINs was none.
   */
  #ending(ourEnd: OurEnd): Ending {
    if (this.#errno !== 0) return this.#how ?? 'error';
    const why = this.#resetFor ?? this.#how ?? 'fin';
    if (ourEnd === 'rst') return why === 'fin' ? 'reset' : why;
    return why === 'reset' ? (this.#how ?? 'fin') : why;
  }

  /** Whether bytes of our own may wait. */
  get #hasRoom(): boolean {
    return this.#due.held - this.#outgoing.underWay <= maxQueued && (!this.owes || this.#context.memoryLimit.hasRoom);
  }

  /** Reports what it holds, where that has changed. */
  #count(memory = this.#echo.memory): void {
    const before = this.#memory;
    if (memory === before) return;
    this.#memory = memory;
    this.#context.memoryLimit.changed(this, before, memory);
  }

  get #endpoint(): Endpoint {
    const { transport, localHost: host, localPort: port } = this.#stream.ends;
    return { transport, host, port };
  }

  #fullFault(): Fault {
    const { peerHost, peerPort } = this.#stream.ends;
    const peer = hostPort(peerHost, peerPort);
    return { stage: 'send', code: 'EAGAIN', message: 'the peer takes nothing', endpoint: this.#endpoint, peer };
  }

  /** No peer: it concerns all, and is told once for a listener. */
  #memoryFault(): Fault {
    return {
      stage: 'recv',
      code: 'ENOMEM',
      message: 'too much is held',
      cause: 'max-memory',
      endpoint: this.#endpoint,
    };
  }
}
