import type { RemoteInfo, Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import type { ConnectionCommand } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import type { Discipline, Ending } from '../../memory/ledger/row.ts';
import type { Ends } from '../../memory/ledger/writer.ts';
import type { Peer } from '../../memory/recorder/recorder.ts';
import { type Endpoint, hostPort, type Transport } from '../../text/endpoint.ts';
import { faultOf } from '../../text/fault.ts';
import { Echo } from '../echo/echo.ts';
import { DatagramOutgoing } from '../echo/outgoing.ts';
import type { Stage } from '../echo/stage.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { ServedPeer } from './connection-table.ts';
import { type LoopLimits, loopLimits, UdpLoopDetector } from './udp-loop-detector.ts';
import { UdpReflectionGuard } from './udp-reflection-guard.ts';

/** How long a silent UDP peer keeps its row, ms. */
const silenceMs = 30_000;
/** How long the peer of a loop gets no answer, ms: longer than any datagram still under way takes. */
const muteMs = 1000;

const loopFault = { stage: 'recv', code: 'ELOOP', message: 'our answers come back' } as const;

/** A datagram is a message by itself: it goes back whole as it comes (RFC 862), or not at all under `none` (RFC 863). */
const datagramDiscipline = (discipline: Discipline): Discipline => (discipline === 'none' ? 'none' : 'chunk');

interface UdpPeerEvents {
  /** An answer could not be sent. */
  readonly failed: (error: Error) => void;
  /** The peer sends our own answers back, more of them than a client would. `closed` comes first. */
  readonly looped: () => void;
  readonly closed: () => void;
}

/** One UDP peer of a listener: the address that datagrams come from, as long as they do. */
class UdpPeer implements ServedPeer {
  readonly id: number;
  /** That of the listener. */
  readonly socket: Socket;
  readonly #from: RemoteInfo;
  readonly #transport: Transport;
  readonly #slot: number;
  readonly #context: ConnectionContext;
  readonly #events: UdpPeerEvents;
  readonly #loopDetector: UdpLoopDetector;
  /** The way back, as that of a `Connection`. */
  readonly #echo: Echo;
  readonly #due: Stage;
  readonly #outgoing: DatagramOutgoing;
  #activeMs = monotonicMs();
  #isClosed = false;

  constructor(
    socket: Socket,
    from: RemoteInfo,
    transport: Transport,
    slot: number,
    context: ConnectionContext,
    events: UdpPeerEvents,
    limits: LoopLimits,
  ) {
    const { ledger, memoryLimit, recorder } = context;
    this.id = ledger.idOf(slot);
    this.socket = socket;
    this.#from = from;
    this.#transport = transport;
    this.#slot = slot;
    this.#context = context;
    this.#events = events;
    this.#loopDetector = new UdpLoopDetector(limits);
    const sent = (bytes: Uint8Array): void =>
      recorder.sent(slot, ledger.sent(slot, bytes.length, 1), bytes, 0, bytes.length, 1);
    this.#outgoing = new DatagramOutgoing(socket, from, memoryLimit, sent, events.failed);
    this.#due = this.#outgoing;
    this.#echo = new Echo(this.#due, datagramDiscipline(context.discipline), 0, () => undefined);
  }

  get idleMs(): number {
    return monotonicMs() - this.#activeMs;
  }

  get owes(): boolean {
    return this.#due.held > 0;
  }

  receive(bytes: Buffer): void {
    this.#activeMs = monotonicMs();
    const { ledger, recorder } = this.#context;
    recorder.received(this.#slot, ledger.received(this.#slot, bytes.length), bytes);
    if (this.#echo.discipline !== 'none' && this.#loopDetector.isLoop(bytes)) {
      this.end('error', constants.errno.ELOOP);
      this.#events.looped();
    } else this.#echo.take(bytes, 'owned');
    recorder.settle();
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
        this.#context.ledger.setDiscipline(this.#slot, command.discipline);
        this.#context.recorder.disciplined(this.#slot, monotonicMs(), command.discipline);
        this.#echo.change(datagramDiscipline(command.discipline));
        return;
      case 'write':
        this.#due.take(command.bytes, 'owned');
        return;
      default:
        command satisfies never;
    }
  }

  end(how: Ending, errno = 0): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#echo.close();
    const peer = { transport: this.#transport, peerHost: this.#from.address, peerPort: this.#from.port };
    this.#context.recorder.closed(this.#slot, peer, this.#context.ledger.close(this.#slot, how, errno));
    this.#context.connections.delete(this.#slot);
    this.#events.closed();
  }

  abandon(): void {
    this.end('shutdown');
  }
}

export interface UdpPeersOptions {
  /** A slot for a new peer; null where it is refused. */
  readonly enter: (ends: Ends) => number | null;
  /** Counts a datagram that is refused. */
  readonly refuse: (peer: Peer) => void;
  /** Our own UDP listeners. */
  readonly listeners: () => readonly Endpoint[];
}

/** The UDP peers of all listeners: each address that has sent a datagram and was not silent for too long since. */
export class UdpPeers {
  readonly #context: ConnectionContext;
  readonly #options: UdpPeersOptions;
  readonly #limits: LoopLimits;
  readonly #reflectionGuard: UdpReflectionGuard;
  readonly #peers = new Map<string, UdpPeer>();
  /** Where each listening socket is bound. To ask the socket takes a tenth of the time of an answer. */
  readonly #sockets = new WeakMap<Socket, AddressInfo>();
  /** When each muted peer is answered again, monotonic ms. */
  readonly #mutedUntil = new Map<string, number>();

  constructor(context: ConnectionContext, options: UdpPeersOptions, limits: LoopLimits = loopLimits) {
    this.#context = context;
    this.#options = options;
    this.#limits = limits;
    this.#reflectionGuard = new UdpReflectionGuard(options.listeners, monotonicMs);
  }

  /** `endpoint` is that of the listener, with its real port. */
  receive(bytes: Buffer, from: RemoteInfo, socket: Socket, endpoint: Endpoint): void {
    const local = this.#sockets.get(socket) ?? this.#watch(socket);
    const key = `${local.address} ${local.port} ${from.address} ${from.port}`;
    const peer = this.#peers.get(key) ?? this.#enter(key, from, socket, endpoint, local);
    peer?.receive(bytes);
  }

  /** Ends the peers that were silent for 30 s, or for `idleMs` where that is less. */
  expire(idleMs: number | null): void {
    for (const peer of this.#peers.values())
      if (peer.idleMs >= Math.min(silenceMs, idleMs ?? Infinity)) peer.end('expired');
    for (const [key, untilMs] of this.#mutedUntil) if (untilMs <= monotonicMs()) this.#mutedUntil.delete(key);
  }

  #enter(
    key: string,
    from: RemoteInfo,
    socket: Socket,
    endpoint: Endpoint,
    { address: localHost, port: localPort }: AddressInfo,
  ): UdpPeer | undefined {
    const { address: peerHost, port: peerPort } = from;
    if (this.#reflectionGuard.has(from) || (this.#mutedUntil.get(key) ?? 0) > monotonicMs()) {
      this.#options.refuse({ transport: endpoint.transport, peerHost, peerPort });
      return undefined;
    }
    const { transport } = endpoint;
    const ends: Ends = { transport, peerHost, peerPort, localHost, localPort };
    const slot = this.#options.enter(ends);
    if (slot === null) return undefined;
    const { connections, onFault } = this.#context;
    const events = {
      failed: (error: Error): void => onFault(faultOf(error, 'send', endpoint)),
      looped: (): void => {
        this.#mutedUntil.set(key, monotonicMs() + muteMs);
        onFault({ ...loopFault, endpoint, peer: hostPort(peerHost, peerPort) });
      },
      closed: (): void => void this.#peers.delete(key),
    };
    const peer = new UdpPeer(socket, from, transport, slot, this.#context, events, this.#limits);
    this.#peers.set(key, peer);
    connections.add(slot, peer);
    return peer;
  }

  /**
   * A listener that closes, because another one could not be opened, ends its peers: to send on a closed socket throws,
   * and the next listener on that port has other peers.
   */
  #watch(socket: Socket): AddressInfo {
    const local = socket.address();
    this.#sockets.set(socket, local);
    socket.once('close', () => {
      for (const peer of this.#peers.values()) if (peer.socket === socket) peer.end('shutdown');
    });
    return local;
  }
}
