import type { Socket } from 'node:net';
import type { Act, Endpoint, Fault, ServerOptions, WireEvent } from '../engine/protocol.ts';
import type { Discipline } from '../ledger/row.ts';
import { TapWriter } from '../ledger/tap.ts';
import type { Ends, LedgerWriter } from '../ledger/writer.ts';
import { Connection } from './connection.ts';
import { exhausted } from './descriptors.ts';
import { Doors } from './doors.ts';
import { faultOf } from './fault.ts';
import { FaultTeller } from './fault-teller.ts';
import type { Journal } from './journal.ts';
import { StalledSet } from './stalled.ts';
import type { Member, Surroundings } from './surroundings.ts';
import { type Listener, listenTcp } from './tcp.ts';
import { listenUdp } from './udp.ts';
import { UdpPeers } from './udp-peers.ts';

/** How long a connection must have been silent to count as finished when the program shuts down, ms. */
const quietMs = 100;
const drainPollMs = 20;
/** How often silence is looked for, ms, and no less often than a quarter of what is allowed. */
const sweepMs = 1000;

/** The embedded server: its listeners, and the connections and UDP peers they have. */
export class EchoServer {
  readonly #options: ServerOptions;
  readonly #ledger: LedgerWriter;
  readonly #journal: Journal;
  readonly #post: (event: WireEvent) => void;
  readonly #doors: Doors;
  readonly #members = new Map<number, Member>();
  readonly #udpPeers: UdpPeers;
  readonly #stalled = new StalledSet();
  readonly #sweep: NodeJS.Timeout;
  readonly #faults: FaultTeller;
  readonly #listeners = new Set<Listener>();
  #stopping = false;
  #full = false;
  #tapped: Member | undefined;
  #discipline: Discipline;

  constructor(
    options: ServerOptions,
    { ledger, journal, post }: { ledger: LedgerWriter; journal: Journal; post: (event: WireEvent) => void },
  ) {
    this.#options = options;
    this.#ledger = ledger;
    this.#journal = journal;
    this.#post = post;
    this.#faults = new FaultTeller((fault) => post({ type: 'fault', fault }));
    this.#doors = new Doors(options.allow, options.deny);
    this.#discipline = options.discipline;
    this.#udpPeers = new UdpPeers({
      enter: (ends) => {
        const slot = this.#enter(ends);
        return slot === null ? null : { slot, id: this.#ledger.idOf(slot) };
      },
      surroundings: () => this.#surroundings(),
      joined: (peer, slot) => {
        this.#members.set(peer.id, peer);
        this.#journal.opened(slot);
      },
      onFault: this.#faults.tell,
      listeners: () => [...this.#listeners].flatMap(({ endpoint }) => (endpoint.transport === 'udp' ? [endpoint] : [])),
    });
    this.#sweep = setInterval(
      () => {
        this.#expire();
        void this.#checkRoom();
      },
      Math.max(10, Math.min(sweepMs, (options.idleTimeoutMs ?? Infinity) / 4)),
    );
  }

  /** Opens every endpoint, or none: then the fault of the first that failed is posted. */
  async listen(endpoints: readonly Endpoint[]): Promise<void> {
    const attempts = await Promise.allSettled(
      endpoints.map(async (endpoint) => {
        const listener = await this.#open(endpoint, endpoints);
        // A name may be looked up for longer than the program lives.
        if (this.#stopping) listener.close();
        else this.#listeners.add(listener);
        return listener;
      }),
    );
    if (this.#stopping) return;
    const open = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    const failed = attempts.find((attempt) => attempt.status === 'rejected');
    if (failed !== undefined) {
      for (const listener of open) {
        listener.close();
        this.#listeners.delete(listener);
      }
      this.#post({ type: 'refused', fault: failed.reason satisfies Fault });
      return;
    }
    this.#post({ type: 'listening', endpoints: open.map(({ endpoint }) => endpoint) });
  }

  /** Another discipline: for connection `id`, or for all there are and all to come. */
  discipline(discipline: Discipline, id: number | null): void {
    if (id !== null) {
      this.#members.get(id)?.discipline(discipline);
      return;
    }
    this.#discipline = discipline;
    this.#ledger.discipline(discipline);
    for (const member of this.#members.values()) member.discipline(discipline);
  }

  /** Sends bytes of our own to connection `id`, or to all. */
  write(bytes: Uint8Array, id: number | null): void {
    if (id !== null) this.#members.get(id)?.write(bytes);
    else for (const member of this.#members.values()) member.write(bytes);
  }

  act(act: Act, id: number): void {
    this.#members.get(id)?.act(act);
  }

  /** Copies the payload of connection `id` into a ring (see tap.ts) from now on, and that of no other. Null: of none. */
  tap(id: number | null, ring: SharedArrayBuffer | null): void {
    this.#tapped?.tap(null);
    this.#tapped = id === null ? undefined : this.#members.get(id);
    this.#tapped?.tap(ring === null ? null : new TapWriter(ring));
  }

  /**
   * Accepts no more, lets connections finish for `graceMs` at most, and ends the rest. A connection has finished when
   * nothing is owed to it and it has been silent for a moment: an idle peer must not hold the program up.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#sweep);
    for (const listener of this.#listeners) if (listener.endpoint.transport === 'tcp') listener.close();
    const deadline = performance.now() + graceMs;
    while (this.#members.size > 0 && performance.now() < deadline) {
      for (const member of this.#members.values())
        if (!member.owes && member.silentMs >= quietMs) member.end('shutdown');
      await new Promise((resolve) => setTimeout(resolve, drainPollMs));
    }
    // Only now: UDP peers were answered meanwhile. A datagram that came later would make a new one.
    for (const listener of this.#listeners) if (listener.endpoint.transport === 'udp') listener.close();
    for (const member of this.#members.values()) member.abandon();
    // A destroyed socket tells of its end a little later; the ledger is complete only then.
    while (this.#members.size > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  #open(endpoint: Endpoint, all: readonly Endpoint[]): Promise<Listener> {
    const ipv6Only = leavesIPv4(endpoint, all);
    const onFault = this.#faults.tell;
    if (endpoint.transport === 'tcp')
      return listenTcp(endpoint, { backlog: this.#options.backlog, ipv6Only, onFault }, (socket) =>
        this.#accept(socket),
      );
    return listenUdp(endpoint, { ipv6Only, onFault }, (bytes, from, socket) =>
      this.#udpPeers.receive(bytes, from, socket, endpoint),
    );
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort, localAddress, localPort } = socket;
    // The peer may have reset the connection while it waited in the backlog: then it has no name any more.
    const slot = this.#enter({
      transport: 'tcp',
      peerHost: remoteAddress ?? '?',
      peerPort: remotePort ?? 0,
      localHost: localAddress ?? '?',
      localPort: localPort ?? 0,
    });
    if (slot === null) {
      socket.on('error', () => undefined);
      socket.resetAndDestroy();
      return;
    }
    const id = this.#ledger.idOf(slot);
    this.#members.set(id, new Connection(socket, slot, id, this.#surroundings()));
    this.#journal.opened(slot);
  }

  /** A slot for a new connection; null where it is turned away, which is counted. */
  #enter(ends: Ends): number | null {
    const { peerHost, peerPort } = ends;
    const peer = peerHost.includes(':') ? `[${peerHost}]:${peerPort}` : `${peerHost}:${peerPort}`;
    const why = this.#doors.admit(peerHost)
      ? this.#ledger.open < this.#options.maxConnections
        ? null
        : 'max-connections'
      : 'denied';
    const slot = why === null ? this.#ledger.enter(ends, this.#discipline) : -1;
    if (slot !== -1) return slot;
    this.#ledger.refused();
    this.#journal.refused(peer, why ?? 'max-connections');
    return null;
  }

  #surroundings(): Surroundings {
    return {
      ledger: this.#ledger,
      journal: this.#journal,
      stalled: this.#stalled,
      discipline: this.#discipline,
      maxBufferBytes: this.#options.maxBufferBytes,
      leave: (member) => this.#members.delete(member.id),
    };
  }

  #expire(): void {
    const { idleTimeoutMs } = this.#options;
    this.#udpPeers.expire(idleTimeoutMs);
    if (idleTimeoutMs === null) return;
    for (const member of this.#members.values()) if (member.silentMs >= idleTimeoutMs) member.end('idle');
  }

  /** Tells when no file is left for another connection: once, until there is room again. */
  async #checkRoom(): Promise<void> {
    const listener = [...this.#listeners].find(({ endpoint }) => endpoint.transport === 'tcp');
    if (listener === undefined || this.#members.size === 0) return;
    const error = await exhausted();
    if (error !== null && !this.#full) this.#faults.tell(faultOf(error, 'accept', listener.endpoint));
    this.#full = error !== null;
  }
}

/** Whether an IPv6 endpoint must leave IPv4 peers alone: an IPv4 endpoint of the same port was named beside it. */
const leavesIPv4 = (endpoint: Endpoint, all: readonly Endpoint[]): boolean =>
  endpoint.host.includes(':') &&
  endpoint.port !== 0 &&
  all.some(
    (other) => other.transport === endpoint.transport && !other.host.includes(':') && other.port === endpoint.port,
  );
