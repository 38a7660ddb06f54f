import type { RemoteInfo, Socket } from 'node:dgram';
import { constants } from 'node:os';
import type { ConnectionCommand } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { Discipline, Ending } from '../../memory/ledger/row.ts';
import type { TapWriter } from '../../memory/tap.ts';
import { DatagramOutgoing } from '../echo/datagram-outgoing.ts';
import { Echo } from '../echo/echo.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { ServedPeer } from './connection-table.ts';
import { type LoopLimits, UdpLoopDetector } from './udp-loop-detector.ts';

/** A datagram is a message by itself and goes back whole as it comes (RFC 862), or not at all (RFC 863). */
const datagramDiscipline: Readonly<Record<Discipline, Discipline>> = {
  chunk: 'chunk',
  line: 'chunk',
  eof: 'chunk',
  none: 'none',
};

export interface UdpPeerEvents {
  /** An answer could not be sent. */
  readonly failed: (error: Error) => void;
  /** The peer sends our own answers back, more of them than a client would. `closed` comes first. */
  readonly looped: () => void;
  readonly closed: () => void;
}

/** One UDP peer of a listener: the address that datagrams come from, as long as they do. */
export class UdpPeer implements ServedPeer {
  readonly id: number;
  /** That of the listener. */
  readonly socket: Socket;
  readonly owes = false;
  readonly #from: RemoteInfo;
  readonly #slot: number;
  readonly #context: ConnectionContext;
  readonly #events: UdpPeerEvents;
  readonly #loopDetector: UdpLoopDetector;
  readonly #outgoing: DatagramOutgoing;
  readonly #echo: Echo;
  #activeMs = monotonicMs();
  #isClosed = false;
  #tap: TapWriter | null = null;

  constructor(
    socket: Socket,
    from: RemoteInfo,
    slot: number,
    context: ConnectionContext,
    events: UdpPeerEvents,
    limits: LoopLimits,
  ) {
    const { ledger } = context;
    this.id = ledger.idOf(slot);
    this.socket = socket;
    this.#from = from;
    this.#slot = slot;
    this.#context = context;
    this.#events = events;
    this.#loopDetector = new UdpLoopDetector(limits);
    const sent = (bytes: number): void => ledger.sent(slot, bytes, 1);
    this.#outgoing = new DatagramOutgoing(socket, from, { sent, failed: events.failed });
    this.#echo = new Echo(this.#outgoing, datagramDiscipline[context.discipline], 0, () => undefined);
  }

  get silentMs(): number {
    return monotonicMs() - this.#activeMs;
  }

  receive(bytes: Buffer): void {
    this.#activeMs = monotonicMs();
    this.#context.ledger.received(this.#slot, bytes.length);
    this.#tap?.record('recv', bytes);
    this.#context.journal.data(this.#slot, bytes);
    if (this.#echo.discipline !== 'none' && this.#loopDetector.isLoop(bytes)) {
      this.end('error', constants.errno.ELOOP);
      this.#events.looped();
    } else this.#echo.take(bytes, 'owned');
  }

  /** UDP has no FIN, no RST and no window: `close` and `reset` both forget the peer, and reading cannot be stopped. */
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
        this.#context.ledger.disciplineOf(this.#slot, command.discipline);
        this.#echo.change(datagramDiscipline[command.discipline]);
        return;
      case 'write':
        this.#outgoing.take(command.bytes, 'owned');
        return;
      default:
        command satisfies never;
    }
  }

  tap(tap: TapWriter | null): void {
    this.#tap = tap;
    tap?.skip('recv', this.#context.ledger.bytesIn(this.#slot));
    tap?.skip('send', this.#outgoing.handed);
    this.#outgoing.tap = tap;
  }

  end(how: Ending, errno = 0): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#outgoing.end();
    this.#context.ledger.close(this.#slot, how, errno);
    this.#context.journal.closed(this.#slot, { peerHost: this.#from.address, peerPort: this.#from.port });
    this.#context.connections.delete(this.#slot);
    this.#events.closed();
  }

  abandon(): void {
    this.end('shutdown');
  }
}
