import type { ConnectionCommand, Sharing, WireEvent, WireOptions } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { FaultLimiter } from '../../memory/fault-limiter.ts';
import type { Peer } from '../../memory/journal/packed-notes.ts';
import type { Discipline } from '../../memory/ledger/row.ts';
import type { SharedCounters } from '../../memory/ledger/shared-counters.ts';
import type { Ends, LedgerWriter } from '../../memory/ledger/writer.ts';
import { TapWriter } from '../../memory/tap.ts';
import type { Endpoint } from '../../text/endpoint.ts';
import type { Fault } from '../../text/fault.ts';
import { faultOf } from '../../text/system-error.ts';
import type { Journal } from '../journal.ts';
import type { Stream } from '../transport/stream.ts';
import { AcceptPriority } from './accept-priority.ts';
import { AccessList } from './access-list.ts';
import { Connection } from './connection.ts';
import type { ConnectionContext, ServedPeer } from './connection-context.ts';
import { ConnectionTable, StalledConnections } from './connection-table.ts';
import { descriptorsExhausted } from './descriptors.ts';
import { Listeners } from './listeners.ts';
import { UdpPeers } from './udp-peers.ts';

/** How long a connection must have been silent to count as finished when the program shuts down, ms. */
const quietMs = 100;
const drainPollMs = 20;
/** How often silence is looked for, ms, and no less often than a quarter of what is allowed. */
const sweepMs = 1000;

/** What a server works with. */
export interface ServerParts {
  readonly ledger: LedgerWriter;
  readonly sharedCounters: SharedCounters;
  readonly journal: Journal;
  readonly post: (event: WireEvent) => void;
}

/** The embedded server of one thread: its listeners, and the connections and UDP peers they have. */
export class EchoServer {
  readonly #options: WireOptions;
  readonly #sharedCounters: SharedCounters;
  readonly #ledger: LedgerWriter;
  readonly #journal: Journal;
  readonly #post: (event: WireEvent) => void;
  readonly #doors: AccessList;
  readonly #connections = new ConnectionTable();
  readonly #udpPeers: UdpPeers;
  readonly #stalled = new StalledConnections();
  readonly #rush = new AcceptPriority(monotonicMs);
  readonly #surroundings: ConnectionContext;
  readonly #sweep: NodeJS.Timeout;
  readonly #faults: FaultLimiter<Fault>;
  readonly #listeners: Listeners;
  #stopping = false;
  #full = false;
  #tapped: ServedPeer | undefined;
  #discipline: Discipline;

  constructor(options: WireOptions, { ledger, sharedCounters, journal, post }: ServerParts) {
    this.#options = options;
    this.#sharedCounters = sharedCounters;
    this.#ledger = ledger;
    this.#journal = journal;
    this.#post = post;
    this.#faults = new FaultLimiter((fault) => post({ type: 'fault', fault }));
    this.#doors = new AccessList(options.allow, options.deny);
    this.#discipline = options.discipline;
    const current = (): Discipline => this.#discipline;
    this.#surroundings = {
      ledger,
      journal,
      stalled: this.#stalled,
      acceptPriority: this.#rush,
      get discipline() {
        return current();
      },
      maxBufferBytes: options.maxBufferBytes,
      onFault: this.#faults.report,
      leave: (slot) => this.#connections.delete(slot),
    };
    this.#udpPeers = new UdpPeers({
      enter: (ends) => {
        const slot = this.#takesPeers ? this.#enter(ends) : null;
        return slot === null ? null : { slot, id: this.#ledger.idOf(slot) };
      },
      refuse: (peer) => this.#refuse(peer, 'denied'),
      surroundings: () => this.#surroundings,
      joined: (peer, slot, ends) => {
        this.#connections.add(slot, peer);
        this.#journal.opened(slot, ends);
      },
      onFault: this.#faults.report,
      listeners: () => this.#listeners.of('udp'),
    });
    this.#listeners = new Listeners({
      backlog: options.backlog,
      rawStreams: options.rawStreams,
      onStream: (stream) => this.#accept(stream),
      onDatagram: (...datagram) => this.#udpPeers.receive(...datagram),
      onFault: this.#faults.report,
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
  async listen(endpoints: readonly Endpoint[], sharing: Sharing): Promise<void> {
    const event = await this.#listeners.open(endpoints, sharing).then(
      (open): WireEvent => ({
        type: 'listening',
        endpoints: open.map(({ endpoint }) => endpoint),
        addresses: open.map(({ address }) => address),
      }),
      (fault: Fault): WireEvent => ({ type: 'refused', fault }),
    );
    if (!this.#stopping) this.#post(event);
  }

  /** Closes what was opened last. */
  unlisten(): void {
    this.#listeners.closeLatest();
  }

  /** Has connection `id` do something, or (null) every open one. A discipline for all is also that of those to come. */
  run(id: number | null, command: ConnectionCommand): void {
    if (id !== null) {
      this.#connections.byId(id)?.run(command);
      return;
    }
    if (command.type === 'discipline') {
      this.#discipline = command.discipline;
      this.#ledger.setDefaultDiscipline(command.discipline);
    }
    for (const connection of this.#connections) connection.run(command);
  }

  /** Copies the payload of connection `id` into a ring (see memory/tap.ts) from now on, and that of no other. Null: of none. */
  tap(id: number | null, ring: SharedArrayBuffer | null): void {
    this.#tapped?.tap(null);
    this.#tapped = id === null ? undefined : this.#connections.byId(id);
    this.#tapped?.tap(ring === null ? null : new TapWriter(ring));
  }

  /**
   * Accepts no more, lets connections finish for `graceMs` at most, and ends the rest. A connection has finished when
   * nothing is owed to it and it has been silent for a moment: an idle peer must not hold the program up.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#sweep);
    this.#listeners.close('tcp');
    const deadline = performance.now() + graceMs;
    while (this.#connections.size > 0 && performance.now() < deadline) {
      for (const connection of this.#connections)
        if (!connection.owes && connection.silentMs >= quietMs) connection.end('shutdown');
      await pause(drainPollMs);
    }
    this.#sharedCounters.markDrained();
    // The system would share this thread's UDP peers out among the others: they would be strangers there.
    while (!this.#sharedCounters.isDrained && performance.now() < deadline) await pause(drainPollMs);
    // Only now: UDP peers were answered meanwhile.
    this.#listeners.close('udp');
    for (const connection of this.#connections) connection.abandon();
    // A destroyed socket tells of its end a little later; the ledger is complete only then.
    while (this.#connections.size > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  /**
   * Whether a UDP peer that is new may have a row. Not before every thread listens, nor once we stop: the system shares
   * peers out among the sockets there are, so this one may be another thread's.
   */
  get #takesPeers(): boolean {
    return this.#sharedCounters.isListening && !this.#stopping;
  }

  #accept(stream: Stream): void {
    this.#rush.accepted();
    // Who has reset the connection in the backlog already has no name any more: the doors can not judge it.
    const { ends } = stream;
    const slot = this.#enter(ends);
    if (slot === null) {
      stream.reset();
      return;
    }
    const id = this.#ledger.idOf(slot);
    this.#connections.add(slot, new Connection(stream, slot, id, this.#surroundings));
    this.#journal.opened(slot, ends);
  }

  /** A slot for a new connection; null where it is turned away, which is counted. */
  #enter(ends: Ends): number | null {
    const isAdmitted = this.#doors.allows(ends.peerHost);
    const slot = isAdmitted ? this.#ledger.enter(ends, this.#discipline) : -1;
    if (slot !== -1) return slot;
    this.#refuse(ends, isAdmitted ? 'max-connections' : 'denied');
    return null;
  }

  #refuse(peer: Peer, why: 'denied' | 'max-connections'): void {
    this.#ledger.refused();
    this.#journal.refused(peer, why);
  }

  #expire(): void {
    const { idleTimeoutMs } = this.#options;
    this.#udpPeers.expire(idleTimeoutMs);
    if (idleTimeoutMs === null) return;
    for (const connection of this.#connections) if (connection.silentMs >= idleTimeoutMs) connection.end('idle');
  }

  /** Tells when no file is left for another connection: once, until there is room again. One thread asks for all. */
  async #checkRoom(): Promise<void> {
    const [endpoint] = this.#listeners.of('tcp');
    if (this.#options.thread !== 0 || endpoint === undefined || this.#sharedCounters.open === 0) return;
    const error = await descriptorsExhausted();
    if (error !== null && !this.#full) this.#faults.report(faultOf(error, 'accept', endpoint));
    this.#full = error !== null;
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
