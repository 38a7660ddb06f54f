import type { RemoteInfo, Socket } from 'node:dgram';
import { constants } from 'node:os';
import type { ConnectionCommand } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { Discipline, Ending } from '../../memory/ledger/row.ts';
import type { TapWriter } from '../../memory/tap.ts';
import type { ConnectionContext, ServedPeer } from './connection-context.ts';
import { type LoopLimits, UdpLoopDetector } from './udp-loop-detector.ts';

/** Bytes of answers that may wait in a socket; datagrams beyond are not answered, as UDP may lose any. */
const maxQueued = 4 << 20;

/** What a UDP peer tells. */
export interface UdpPeerEvents {
  /** An answer could not be sent. */
  readonly failed: (error: Error) => void;
  /** It sends our own answers back, and has sent more of them than a client would: it ends. */
  readonly looped: () => void;
}

/**
 * The row of one UDP peer. Each datagram goes back whole as soon as it has come, whatever the discipline, because a
 * datagram is a message of its own; under `none` it does not (RFC 862, RFC 863).
 */
export class UdpPeer implements ServedPeer {
  readonly id: number;
  /** That of the listener it has come to. */
  readonly socket: Socket;
  readonly #from: RemoteInfo;
  readonly #slot: number;
  readonly #around: ConnectionContext;
  readonly #events: UdpPeerEvents;
  readonly #bounces: UdpLoopDetector;
  #discipline: Discipline;
  #activeMs = monotonicMs();
  #closed = false;
  #tap: TapWriter | null = null;
  /** Bytes handed to the socket. */
  #handed = 0;

  constructor(
    socket: Socket,
    from: RemoteInfo,
    slot: number,
    id: number,
    around: ConnectionContext,
    events: UdpPeerEvents,
    limits: LoopLimits,
  ) {
    this.id = id;
    this.socket = socket;
    this.#from = from;
    this.#slot = slot;
    this.#around = around;
    this.#events = events;
    this.#bounces = new UdpLoopDetector(limits);
    this.#discipline = around.discipline;
  }

  readonly owes = false;

  get silentMs(): number {
    return monotonicMs() - this.#activeMs;
  }

  receive(bytes: Buffer): void {
    this.#activeMs = monotonicMs();
    this.#around.ledger.received(this.#slot, bytes.length);
    this.#tap?.record('recv', bytes);
    this.#around.journal.data(this.#slot, bytes);
    if (this.#discipline === 'none') return;
    if (this.#bounces.isLoop(bytes)) {
      this.end('error', constants.errno.ELOOP);
      this.#events.looped();
    } else this.#send(bytes);
  }

  /** UDP has no FIN, no RST and no window: an end of any kind forgets the peer, and reading cannot be stopped. */
  run(command: ConnectionCommand): void {
    switch (command.type) {
      case 'close':
      case 'reset':
        this.end('fin');
        return;
      case 'half-close':
      case 'pause':
      case 'resume':
        return;
      case 'discipline':
        this.#discipline = command.discipline;
        this.#around.ledger.setDiscipline(this.#slot, command.discipline);
        return;
      case 'write':
        this.#send(command.bytes);
        return;
      default:
        command satisfies never;
    }
  }

  #send(bytes: Uint8Array): void {
    if (this.#closed || this.socket.getSendQueueSize() > maxQueued) return;
    this.#handed += bytes.length;
    this.#tap?.record('send', bytes);
    this.socket.send(bytes, this.#from.port, this.#from.address, (error) => {
      if (error !== null) this.#events.failed(error);
      else if (!this.#closed) this.#around.ledger.sent(this.#slot, bytes.length, 1);
    });
  }

  tap(tap: TapWriter | null): void {
    this.#tap = tap;
    tap?.skip('recv', this.#around.ledger.bytesIn(this.#slot));
    tap?.skip('send', this.#handed);
  }

  end(how: Ending, errno = 0): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#around.ledger.close(this.#slot, how, errno);
    this.#around.journal.closed(this.#slot, { peerHost: this.#from.address, peerPort: this.#from.port });
    this.#around.leave(this.#slot);
  }

  abandon(): void {
    this.end('shutdown');
  }
}
