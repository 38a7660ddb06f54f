import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';
import { isIP } from 'node:net';
import { constants } from 'node:os';
import type { ConnectionAction, Endpoint } from '../engine/protocol.ts';
import { monotonicMs } from '../ledger/clock.ts';
import type { Discipline, Ending } from '../ledger/row.ts';
import type { TapWriter } from '../ledger/tap.ts';
import { resolveAddress } from './address.ts';
import { type LoopLimits, UdpLoopDetector } from './bounces.ts';
import { faultOf } from './fault.ts';
import type { ConnectionContext, ServedPeer } from './surroundings.ts';
import type { Listener, ListenOptions } from './tcp.ts';

/** Bytes of answers that may wait in a socket; datagrams beyond are not answered, as UDP may lose any. */
const maxQueued = 4 << 20;

/** Opens a UDP socket and hands over each datagram. Rejects with a Fault. */
export const listenUdp = async (
  endpoint: Endpoint,
  { address, ipv6Only, reusePort, onFault }: Omit<ListenOptions, 'backlog'>,
  onDatagram: (bytes: Buffer, from: RemoteInfo, socket: Socket, at: Endpoint) => void,
): Promise<Listener> => {
  // A UDP socket is of one family from the start; that of a name is known only when it has been looked up.
  const host = address ?? (await resolveAddress(endpoint));
  return new Promise((resolve, reject) => {
    const [type, family] = isIP(host) === 6 ? (['udp6', 6] as const) : (['udp4', 4] as const);
    // Only addresses come here. Node's own lookup would tell each answer's in a later turn.
    const lookup: SocketOptions['lookup'] = (name, _options, found) => found(null, name, family);
    const socket = createSocket({ type, ipv6Only, reusePort, lookup });
    socket.once('error', (error) => {
      socket.close();
      reject(faultOf(error, 'bind', endpoint));
    });
    socket.bind({ address: host, port: endpoint.port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      const real = { ...endpoint, port: socket.address().port };
      socket.on('error', (error) => onFault(faultOf(error, 'recv', real)));
      socket.on('message', (bytes, from) => onDatagram(bytes, from, socket, real));
      resolve({ endpoint: real, address: host, close: () => socket.close() });
    });
  });
};

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
    } else this.write(bytes);
  }

  discipline(discipline: Discipline): void {
    this.#discipline = discipline;
    this.#around.ledger.disciplineOf(this.#slot, discipline);
  }

  write(bytes: Uint8Array): void {
    if (this.#closed || this.socket.getSendQueueSize() > maxQueued) return;
    this.#handed += bytes.length;
    this.#tap?.record('send', bytes);
    this.socket.send(bytes, this.#from.port, this.#from.address, (error) => {
      if (error !== null) this.#events.failed(error);
      else if (!this.#closed) this.#around.ledger.sent(this.#slot, bytes.length, 1);
    });
  }

  /** UDP has no FIN, no RST and no window: an end of any kind forgets the peer, and reading can not be stopped. */
  act(act: ConnectionAction): void {
    if (act === 'close' || act === 'reset') this.end('fin');
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
