import { createSocket } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionCommand, Sharing, WireEvent, WireOptions } from '../../engine/protocol.ts';
import { monotonicMs } from '../../memory/clock.ts';
import { FaultLimiter } from '../../memory/fault-limiter.ts';
import type { SharedCounters } from '../../memory/ledger/shared-counters.ts';
import type { Ends } from '../../memory/ledger/writer.ts';
import type { Refusal } from '../../memory/recorder/record.ts';
import type { Peer } from '../../memory/recorder/recorder.ts';
import type { Endpoint } from '../../text/endpoint.ts';
import { codeOf, type Fault, faultOf } from '../../text/fault.ts';
import type { Stream } from '../transport/stream.ts';
import { AcceptPriority } from './accept-priority.ts';
import { AccessList } from './access-list.ts';
import { Connection } from './connection.ts';
import type { ConnectionContext } from './connection-context.ts';
import { ConnectionTable } from './connection-table.ts';
import { Listeners } from './listeners.ts';
import { MemoryLimit } from './memory-limit.ts';
import { StalledConnections } from './stalled-connections.ts';
import { UdpPeers } from './udp-peers.ts';

/**
 * Whether the process can open no further descriptor: resolves to the error (EMFILE, ENFILE), null where it can.
 *
 * When accept fails with EMFILE, libuv closes a spare descriptor, accepts and closes every waiting connection with it, and
 * reports nothing (uv__emfile_trick). So this opens a socket to find out.
 */
const descriptorsExhausted = (): Promise<Error | null> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    const answer = (error: Error | null): void => {
      socket.close();
      resolve(error !== null && ['EMFILE', 'ENFILE'].includes(codeOf(error)) ? error : null);
    };
    socket.once('error', answer);
    socket.bind({ address: '127.0.0.1', port: 0, exclusive: true }, () => answer(null));
  });

/** Descriptors that are left free beside the one that each thread accepts with: for files, and to look. */
const spareDescriptors = 2;

/** How long a connection must have been silent to count as finished when the program shuts down, ms. */
const quietMs = 100;
const drainPollMs = 20;
/** How often silence is looked for, ms; at least four times in the idle timeout. */
const sweepMs = 1000;

interface ServerParts extends Pick<ConnectionContext, 'ledger' | 'recorder'> {
  readonly sharedCounters: SharedCounters;
  readonly post: (event: WireEvent) => void;
}

/** The embedded server of one thread: its listeners, and the connections and UDP peers they have. */
export class EchoServer {
  readonly #options: WireOptions;
  readonly #parts: ServerParts;
  readonly #accessList: AccessList;
  readonly #connections = new ConnectionTable();
  readonly #udpPeers: UdpPeers;
  readonly #acceptPriority = new AcceptPriority(monotonicMs);
  readonly #context: ConnectionContext;
  readonly #sweep: NodeJS.Timeout;
  readonly #listeners: Listeners;
  #isStopping = false;
  /** No descriptor was left at the last look. */
  #isFull = false;
  /** The last connection was turned away, because it had one of the last descriptors. */
  #isShort = false;

  constructor(options: WireOptions, parts: ServerParts) {
    this.#options = options;
    this.#parts = parts;
    const { report: onFault } = new FaultLimiter<Fault>((fault) => parts.post({ type: 'fault', fault }));
    this.#accessList = new AccessList(options.allow, options.deny);
    this.#context = {
      options,
      discipline: options.discipline,
      ledger: parts.ledger,
      recorder: parts.recorder,
      connections: this.#connections,
      stalled: new StalledConnections(),
      acceptPriority: this.#acceptPriority,
      memoryLimit: new MemoryLimit(options.maxMemoryBytes, parts.sharedCounters, monotonicMs),
      onFault,
    };
    this.#udpPeers = new UdpPeers(this.#context, {
      // Before every thread listens, and once we stop, the system can give us a peer that belongs to another thread.
      enter: (ends) => (parts.sharedCounters.isListening && !this.#isStopping ? this.#enter(ends) : null),
      refuse: (peer) => this.#refuse(peer, 'denied'),
      listeners: () => this.#listeners.of('datagrams'),
    });
    this.#listeners = new Listeners(options, {
      onStream: (stream) => this.#accept(stream),
      onDatagram: (...datagram) => this.#udpPeers.receive(...datagram),
      onFault,
    });
    this.#sweep = setInterval(
      () => {
        this.#closeIdle();
        parts.recorder.sweep(monotonicMs());
        void this.#checkDescriptors();
      },
      Math.max(10, Math.min(sweepMs, (options.idleTimeoutMs ?? Infinity) / 4)),
    );
  }

  /** Opens every endpoint, or none: then it posts the fault of the first that failed. */
  async listen(endpoints: readonly Endpoint[], sharing: Sharing): Promise<void> {
    const event = await this.#listeners.open(endpoints, sharing).then(
      (open): WireEvent => {
        for (const { endpoint, address } of open)
          this.#parts.recorder.listening(monotonicMs(), endpoint.transport, address, endpoint.port);
        return {
          type: 'listening',
          endpoints: open.map(({ endpoint }) => endpoint),
          addresses: open.map(({ address }) => address),
        };
      },
      (fault: Fault): WireEvent => ({ type: 'refused', fault }),
    );
    if (!this.#isStopping) this.#parts.post(event);
  }

  /** Closes what the last `listen` opened. */
  unlisten(): void {
    this.#listeners.closeLatest();
  }

  /** Runs a command on connection `id`, or (null) on every open one. A discipline for all also holds for new ones. */
  run(id: number | null, command: ConnectionCommand): void {
    if (id !== null) {
      this.#connections.byId(id)?.run(command);
      return;
    }
    if (command.type === 'discipline') {
      this.#context.discipline = command.discipline;
      this.#parts.ledger.setDefaultDiscipline(command.discipline);
    }
    for (const connection of this.#connections) connection.run(command);
  }

  /**
   * Accepts no more, lets connections finish for `graceMs` at most, and ends the rest. A connection has finished when
   * nothing is owed to it and it has been silent for a moment: an idle peer must not delay the end of the program.
   */
  async stop(graceMs: number): Promise<void> {
    const { sharedCounters } = this.#parts;
    this.#isStopping = true;
    clearInterval(this.#sweep);
    this.#listeners.close('stream');
    const deadline = performance.now() + graceMs;
    while (this.#connections.size > 0 && performance.now() < deadline) {
      for (const connection of this.#connections)
        if (!connection.owes && connection.idleMs >= quietMs) connection.end('shutdown');
      await pause(drainPollMs);
    }
    sharedCounters.markDrained();
    // The system would give this thread's UDP peers to the other threads, which do not know them.
    while (!sharedCounters.isDrained && performance.now() < deadline) await pause(drainPollMs);
    // Only now: UDP peers were answered until here.
    this.#listeners.close('datagrams');
    for (const connection of this.#connections) connection.abandon();
    // A destroyed socket closes a little later, and the ledger is complete only then.
    while (this.#connections.size > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  #accept(stream: Stream): void {
    this.#acceptPriority.accepted();
    const { ends } = stream;
    if (this.#isLast(stream.descriptor)) {
      this.#refuseLast(stream);
      return;
    }
    const slot = this.#enter(ends);
    if (slot === null) {
      stream.reset();
      return;
    }
    this.#isShort = false;
    this.#connections.add(slot, new Connection(stream, slot, this.#context));
  }

  /** A slot for a new connection; null where it is refused, which is counted. */
  #enter(ends: Ends): number | null {
    // A peer that has reset the connection in the backlog has no address any more, which no access list allows.
    const isAllowed = this.#accessList.allows(ends.peerHost);
    const slot = isAllowed ? this.#parts.ledger.enter(ends, this.#context.discipline) : -1;
    if (slot !== -1) {
      const { ledger, recorder } = this.#parts;
      recorder.opened(slot, ledger.activeAt(slot), ledger.idOf(slot), ends, this.#context.discipline);
      return slot;
    }
    this.#refuse(ends, isAllowed ? 'max-connections' : 'denied');
    return null;
  }

  /**
   * Whether a connection has one of the last descriptors. They are left free: without one to accept with, libuv turns away
   * every connection that waits, and says nothing (see `descriptorsExhausted`).
   */
  #isLast(descriptor: number): boolean {
    const { maxDescriptors, threads } = this.#options;
    return maxDescriptors !== null && descriptor >= maxDescriptors - threads - spareDescriptors;
  }

  /** Turns a connection away with FIN, as libuv would, and reports the first, until there is a descriptor again. */
  #refuseLast(stream: Stream): void {
    const { transport, localHost: host, localPort: port } = stream.ends;
    const error = Object.assign(new Error('no descriptor is left'), { code: 'EMFILE' });
    if (!this.#isShort) this.#context.onFault(faultOf(error, 'accept', { transport, host, port }));
    this.#isShort = true;
    this.#refuse(stream.ends, 'descriptors');
    stream.destroy();
  }

  #refuse(peer: Peer, why: Refusal): void {
    this.#parts.ledger.refused();
    this.#parts.recorder.refused(monotonicMs(), peer, why);
  }

  #closeIdle(): void {
    const { idleTimeoutMs } = this.#options;
    this.#udpPeers.expire(idleTimeoutMs);
    if (idleTimeoutMs === null) return;
    for (const connection of this.#connections) if (connection.idleMs >= idleTimeoutMs) connection.end('idle');
  }

  /** Reports once that no descriptor is left for another connection, until there is one again. Only thread 0 looks. */
  async #checkDescriptors(): Promise<void> {
    const [endpoint] = this.#listeners.of('stream');
    if (this.#options.thread !== 0 || endpoint === undefined || this.#parts.sharedCounters.open === 0) return;
    const error = await descriptorsExhausted();
    if (error !== null && !this.#isFull) this.#context.onFault(faultOf(error, 'accept', endpoint));
    this.#isFull = error !== null;
  }
}
