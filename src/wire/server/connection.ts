import type { ConnectionCommand } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { Ending } from '../../memory/ledger/row.ts';
import type { TapWriter } from '../../memory/tap.ts';
import { hostPort } from '../../text/endpoint.ts';
import type { Fault } from '../../text/fault.ts';
import { codeOf, errnoOf } from '../../text/system-error.ts';
import { Echo } from '../echo/echo.ts';
import { Outgoing, type OutgoingEvents } from '../echo/outgoing.ts';
import type { Stream, StreamEvents } from '../transport/stream.ts';
import type { ConnectionContext, ServedPeer } from './connection-context.ts';

/** How long a connection that we close waits for the peer's FIN, ms. */
const lingerMs = 1000;
/** Where so many bytes wait for the peer, nothing of our own is put behind them. */
const maxQueued = 1 << 20;

/**
 * One accepted TCP connection. Its discipline says what goes back and when; after the peer's FIN ours follows behind
 * everything still owed (RFC 9293, 3.6).
 *
 * Backpressure: while the kernel has not taken what was sent, nothing more is read, so a peer that sends and never
 * reads fills its own window and waits; memory stays at one buffer each way, and what a discipline holds.
 */
export class Connection implements ServedPeer, StreamEvents, OutgoingEvents {
  readonly id: number;
  readonly #stream: Stream;
  readonly #slot: number;
  readonly #around: ConnectionContext;
  readonly #echo: Echo;
  readonly #outgoing: Outgoing;
  #paused = false;
  /** We have closed it: nothing goes back any more. */
  #closing = false;
  #how: Ending | null = null;
  #errno = 0;
  #tap: TapWriter | null = null;
  #linger: NodeJS.Timeout | undefined;

  constructor(stream: Stream, slot: number, id: number, around: ConnectionContext) {
    this.id = id;
    this.#stream = stream;
    this.#slot = slot;
    this.#around = around;
    this.#echo = new Echo(around.discipline, around.maxBufferBytes);
    this.#outgoing = new Outgoing(stream, this);
    stream.start(this);
  }

  /** How long no byte has moved in either direction, ms. */
  get silentMs(): number {
    return monotonicMs() - this.#around.ledger.activeAt(this.#slot);
  }

  /** True while the kernel has not taken all that was sent. */
  get owes(): boolean {
    return this.#outgoing.owes;
  }

  run(command: ConnectionCommand): void {
    switch (command.type) {
      case 'half-close':
        this.#outgoing.send(this.#echo.release());
        this.#outgoing.end();
        return;
      case 'close':
        this.#close();
        return;
      case 'reset':
        // It may be the impatient end of a close that the peer's full window held up.
        this.#reset('reset');
        return;
      case 'pause':
      case 'resume':
        this.#paused = command.type === 'pause';
        this.#around.ledger.setPaused(this.#slot, this.#paused);
        this.#regulate();
        return;
      case 'discipline':
        this.#around.ledger.setDiscipline(this.#slot, command.discipline);
        this.#answer(this.#echo.change(command.discipline));
        return;
      case 'write':
        // A peer that takes nothing gets no more than so much.
        if (this.#outgoing.queued <= maxQueued) this.#outgoing.send(command.bytes);
        else this.#around.onFault(this.#fullFault());
        return;
      default:
        command satisfies never;
    }
  }

  tap(tap: TapWriter | null): void {
    this.#tap = tap;
    tap?.skip('recv', this.#around.ledger.bytesIn(this.#slot));
    tap?.skip('send', this.#outgoing.handed);
    this.#outgoing.tap = tap;
  }

  /** Ends it: what is owed first, then FIN. One whose peer takes nothing is dropped. */
  end(how: Ending): void {
    this.#how ??= how;
    if (this.owes && how === 'idle') {
      this.progress();
      this.#stream.destroy();
    } else this.#outgoing.close();
  }

  /** Ends it at once, whatever is owed. */
  abandon(): void {
    this.progress();
    if (this.owes) this.#how = 'shutdown';
    this.#how ??= 'shutdown';
    this.#stream.destroy();
  }

  /** Counts what the kernel has taken. */
  progress(): void {
    this.#outgoing.progress();
  }

  #fullFault(): Fault {
    const { localHost, localPort, peerHost, peerPort } = this.#stream.ends;
    const endpoint = { transport: 'tcp', host: localHost, port: localPort } as const;
    const peer = hostPort(peerHost, peerPort);
    return { stage: 'send', code: 'EAGAIN', message: 'the peer takes nothing', endpoint, peer };
  }

  /** After a rush: reads again, unless something else speaks against it. */
  resume(): void {
    this.#regulate();
  }

  received(bytes: Buffer): void {
    this.#around.ledger.received(this.#slot, bytes.length);
    this.#tap?.record('recv', bytes);
    if (this.#echo.discipline !== 'eof' || this.#closing) this.#around.journal.data(this.#slot, bytes);
    if (!this.#closing) this.#answer(this.#echo.take(bytes), bytes.buffer);
    if (this.#around.acceptPriority.served(this)) this.#stream.read(false);
  }

  /**
   * Sends what an echo gives, and resets the connection where it held too much. `lent` is memory of the next read's, of
   * whatever stream.
   */
  #answer(bytes: Buffer | null, lent?: ArrayBufferLike): void {
    if (bytes === null) this.#reset('limit');
    else this.#outgoing.send(bytes, bytes.buffer === lent);
  }

  peerFinished(): void {
    this.#around.ledger.finReceived(this.#slot);
    this.#around.journal.halfClosed(this.#slot, 'peer');
    const rest = this.#echo.release();
    if (this.#echo.discipline === 'eof') this.#around.journal.message(this.#slot, rest);
    this.#outgoing.send(rest);
    this.#outgoing.end();
  }

  taken(): void {
    this.#outgoing.taken();
  }

  sent(bytes: number, buffers: number): void {
    this.#around.ledger.sent(this.#slot, bytes, buffers);
  }

  stalled(stalled: boolean): void {
    this.#around.ledger.setStalled(this.#slot, stalled);
    if (stalled) this.#around.stalled.add(this);
    else this.#around.stalled.delete(this);
    this.#regulate();
  }

  finished(): void {
    this.#around.ledger.finSent(this.#slot);
    this.#around.journal.halfClosed(this.#slot, 'local');
    if (this.#closing) this.#lingerOn();
  }

  failed(error: Error): void {
    const code = codeOf(error);
    // EPIPE: we sent to a peer whose RST had come already.
    this.#how ??= code === 'ECONNRESET' || code === 'EPIPE' ? 'reset' : 'error';
    this.#errno = errnoOf(error);
  }

  closed(): void {
    clearTimeout(this.#linger);
    this.#around.stalled.delete(this);
    // What was held for an end that did not come was still sent.
    if (this.#echo.discipline === 'eof') this.#around.journal.data(this.#slot, this.#echo.release());
    this.#around.ledger.close(this.#slot, this.#how ?? 'fin', this.#errno);
    this.#around.journal.closed(this.#slot, this.#stream.ends);
    this.#around.leave(this.#slot);
  }

  /**
   * What is owed, then FIN; what still comes is read and let go until the peer's FIN. A socket closed with bytes unread
   * would answer with RST instead (RFC 1122, 4.2.2.13).
   */
  #close(): void {
    this.#how ??= 'fin';
    this.#closing = true;
    const held = this.#echo.release();
    if (this.#echo.discipline === 'eof') this.#around.journal.data(this.#slot, held);
    this.#outgoing.end();
    this.#paused = false;
    this.#around.ledger.setPaused(this.#slot, false);
    this.#regulate();
    if (this.#stream.isFinished) this.#lingerOn();
  }

  #lingerOn(): void {
    this.#linger ??= setTimeout(() => this.#stream.destroy(), lingerMs);
  }

  #reset(how: Ending): void {
    this.progress();
    this.#how = how;
    this.#stream.reset();
  }

  #regulate(): void {
    this.#stream.read(!this.#paused && !this.owes);
  }
}
