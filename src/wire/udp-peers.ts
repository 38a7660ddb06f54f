import type { RemoteInfo, Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Endpoint, Fault } from '../engine/protocol.ts';
import type { Ends } from '../ledger/writer.ts';
import { faultOf } from './fault.ts';
import type { Member, Surroundings } from './surroundings.ts';
import { UdpPeer } from './udp.ts';

/** How long a silent UDP peer keeps its row, ms. */
const silenceMs = 30_000;

/** What the peers need of the server that they belong to. */
export interface UdpHouse {
  /** A slot for a new peer and its number; null where it is turned away. */
  readonly enter: (ends: Ends) => { readonly slot: number; readonly id: number } | null;
  readonly surroundings: () => Surroundings;
  readonly joined: (peer: UdpPeer, slot: number) => void;
  readonly onFault: (fault: Fault) => void;
  /** The UDP listeners there are. */
  readonly listeners: () => readonly Endpoint[];
}

/** The UDP peers of all listeners: whoever has sent a datagram and has not been silent for too long. */
export class UdpPeers {
  readonly #house: UdpHouse;
  readonly #peers = new Map<string, UdpPeer>();

  constructor(house: UdpHouse) {
    this.#house = house;
  }

  receive(bytes: Buffer, from: RemoteInfo, socket: Socket, endpoint: Endpoint): void {
    // Port 0 wants no answer (RFC 768). A listener of our own, named by a forged source, would answer for ever.
    if (from.port === 0 || this.#isOurs(from)) return;
    const local = socket.address();
    const key = `${local.address} ${local.port} ${from.address} ${from.port}`;
    const peer = this.#peers.get(key) ?? this.#enter(key, from, socket, endpoint);
    peer?.receive(bytes);
  }

  /** Ends the peers that were silent for 30 s, or for `idleMs` where that is less. */
  expire(idleMs: number | null): void {
    for (const peer of this.#peers.values())
      if (peer.silentMs >= Math.min(silenceMs, idleMs ?? Infinity)) peer.end('expired');
  }

  #enter(key: string, from: RemoteInfo, socket: Socket, endpoint: Endpoint): UdpPeer | undefined {
    const local = socket.address();
    const entered = this.#house.enter({
      transport: 'udp',
      peerHost: from.address,
      peerPort: from.port,
      localHost: local.address,
      localPort: local.port,
    });
    if (entered === null) return undefined;
    const around = this.#house.surroundings();
    const leave = (member: Member): void => {
      this.#peers.delete(key);
      around.leave(member);
    };
    const onFault = (error: Error): void => this.#house.onFault(faultOf(error, 'send', endpoint));
    const peer = new UdpPeer(socket, from, entered.slot, entered.id, { ...around, leave }, onFault);
    this.#peers.set(key, peer);
    this.#house.joined(peer, entered.slot);
    return peer;
  }

  #isOurs({ address, port }: RemoteInfo): boolean {
    const hosts = this.#house.listeners().flatMap((listener) => (listener.port === port ? [listener.host] : []));
    return hosts.includes(address) || (hosts.length > 0 && isOfThisMachine(address));
  }
}

const isOfThisMachine = (address: string): boolean =>
  address.startsWith('127.') ||
  address.startsWith('::ffff:127.') ||
  Object.values(networkInterfaces()).some((each) => each?.some((own) => own.address === address.split('%')[0]));
