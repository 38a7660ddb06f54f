import type { RemoteInfo, Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { monotonicMs } from '../../memory/clock.ts';
import type { Peer } from '../../memory/journal/packed-notes.ts';
import type { Ends } from '../../memory/ledger/writer.ts';
import { type Endpoint, hostPort } from '../../text/endpoint.ts';
import type { Fault } from '../../text/fault.ts';

import { faultOf } from '../../text/system-error.ts';
import type { ConnectionContext } from './connection-context.ts';
import { type LoopLimits, loopLimits } from './udp-loop-detector.ts';
import { UdpPeer } from './udp-peer.ts';
import { UdpReflectionGuard } from './udp-reflection-guard.ts';

/** How long a silent UDP peer keeps its row, ms. */
const silenceMs = 30_000;
/** How long the peer of a loop gets no answer, ms: longer than whatever still goes round takes for it. */
const muteMs = 1000;

/** What the peers need of the server that they belong to. */
export interface UdpPeersOptions {
  /** A slot for a new peer and its number; null where it is turned away. */
  readonly enter: (ends: Ends) => { readonly slot: number; readonly id: number } | null;
  /** Counts a datagram that is turned away. */
  readonly refuse: (peer: Peer) => void;
  readonly surroundings: () => ConnectionContext;
  readonly joined: (peer: UdpPeer, slot: number, ends: Ends) => void;
  readonly onFault: (fault: Fault) => void;
  /** The UDP listeners there are. */
  readonly listeners: () => readonly Endpoint[];
}

/** The UDP peers of all listeners: whoever has sent a datagram and has not been silent for too long. */
export class UdpPeers {
  readonly #house: UdpPeersOptions;
  readonly #limits: LoopLimits;
  readonly #reflectors: UdpReflectionGuard;
  readonly #peers = new Map<string, UdpPeer>();
  /** Sockets whose end ends their peers, and where each is bound: asking for it takes as long as a tenth of an answer. */
  readonly #sockets = new WeakMap<Socket, AddressInfo>();
  /** Peers that get no answer, and until when. */
  readonly #hushed = new Map<string, number>();

  constructor(house: UdpPeersOptions, limits: LoopLimits = loopLimits) {
    this.#house = house;
    this.#limits = limits;
    this.#reflectors = new UdpReflectionGuard(house.listeners, monotonicMs);
  }

  /** `endpoint` is that of the listener, with its real port. */
  receive(bytes: Buffer, from: RemoteInfo, socket: Socket, endpoint: Endpoint): void {
    const local = this.#sockets.get(socket) ?? this.#watch(socket);
    const key = `${local.address} ${local.port} ${from.address} ${from.port}`;
    const peer = this.#peers.get(key) ?? this.#enter(key, from, socket, { endpoint, local });
    peer?.receive(bytes);
  }

  /** Ends the peers that were silent for 30 s, or for `idleMs` where that is less. */
  expire(idleMs: number | null): void {
    for (const peer of this.#peers.values())
      if (peer.silentMs >= Math.min(silenceMs, idleMs ?? Infinity)) peer.end('expired');
    for (const [key, untilMs] of this.#hushed) if (untilMs <= monotonicMs()) this.#hushed.delete(key);
  }

  #enter(
    key: string,
    from: RemoteInfo,
    socket: Socket,
    { endpoint, local }: { readonly endpoint: Endpoint; readonly local: AddressInfo },
  ): UdpPeer | undefined {
    if (this.#reflectors.has(from) || (this.#hushed.get(key) ?? 0) > monotonicMs()) {
      this.#house.refuse({ peerHost: from.address, peerPort: from.port });
      return undefined;
    }
    const ends: Ends = {
      transport: 'udp',
      peerHost: from.address,
      peerPort: from.port,
      localHost: local.address,
      localPort: local.port,
    };
    const entered = this.#house.enter(ends);
    if (entered === null) return undefined;
    const around = this.#house.surroundings();
    const leave = (slot: number): void => {
      this.#peers.delete(key);
      around.leave(slot);
    };
    const events = {
      failed: (error: Error): void => this.#house.onFault(faultOf(error, 'send', endpoint)),
      looped: (): void => {
        this.#hushed.set(key, monotonicMs() + muteMs);
        this.#house.onFault({ ...loop, endpoint, peer: hostPort(from.address, from.port) });
      },
    };
    const peer = new UdpPeer(socket, from, entered.slot, entered.id, { ...around, leave }, events, this.#limits);
    this.#peers.set(key, peer);
    this.#house.joined(peer, entered.slot, ends);
    return peer;
  }

  /**
   * A listener that is taken back, because another one could not be opened, takes its peers along: an answer from a socket
   * that is closed throws, and the next listener on that port would be held for theirs.
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

const loop = { stage: 'recv', code: 'ELOOP', message: 'our answers come back' } as const;
