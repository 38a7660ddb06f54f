import type { Discipline } from '../memory/ledger/row.ts';
import type { RecorderMemory } from '../memory/recorder/layout.ts';
import type { Endpoint } from '../text/endpoint.ts';
import type { Fault } from '../text/fault.ts';

/** Options of the server. */
export interface ServerOptions {
  /** The discipline of new connections. */
  readonly discipline: Discipline;
  /** Length of the queue of connections not yet accepted, listen(2). */
  readonly backlog: number;
  /** Wire threads. Each listens on every endpoint (SO_REUSEPORT), and the system shares connections out among them. */
  readonly threads: number;
  /** Open connections (UDP peers included) of all threads; further ones are refused and counted. */
  readonly maxConnections: number;
  /** Bytes kept for one connection under `line` and `eof`; one more resets it. */
  readonly maxBufferBytes: number;
  /** Bytes that all connections of all threads hold together; beyond it the greediest is reset. */
  readonly maxMemoryBytes: number;
  /** A connection that is silent for this long is closed; null turns this off. */
  readonly idleTimeoutMs: number | null;
  /** Small segments go at once (TCP_NODELAY, tcp(7)); else they wait for the ACK of earlier ones (Nagle, RFC 896). */
  readonly noDelay: boolean;
  /** Memory for what all connections said, bytes; 0: nothing of it is kept, and events alone are recorded. */
  readonly recordBytes: number;
  /** Networks (CIDR) whose peers may connect; none: all peers. */
  readonly allow: readonly string[];
  /** Networks (CIDR) whose peers may not connect, also those in `allow`. */
  readonly deny: readonly string[];
}

/** Options of a wire thread. */
export interface WireOptions extends ServerOptions {
  /** Number of the thread, from 0. */
  readonly thread: number;
  readonly ledger: SharedArrayBuffer;
  /** Shared by all wire threads (see memory/ledger/shared-counters.ts). */
  readonly sharedCounters: SharedArrayBuffer;
  readonly recorder: RecorderMemory;
  /** Slots of the recorder from this one on are those of the embedded client. */
  readonly firstClientSlot: number;
  /** For the embedded client's ends of its connections; null where another thread has the client. */
  readonly clientLedger: SharedArrayBuffer | null;
  /** Files and sockets that this process may have open (RLIMIT_NOFILE, getrlimit(2)); null where that is not known. */
  readonly maxDescriptors: number | null;
  /** Slots kept for connections that have closed. */
  readonly recent: number;
  /** Whether connections are raw streams (see wire/transport/raw-stream.ts), where this Node allows it. */
  readonly rawStreams: boolean;
}

/**
 * How a thread opens a port. `alone`: it is the only one. `first`: it checks that the port is free, and opens it to the
 * other threads. `join`: it opens the port of the first one, at the same addresses.
 */
export type Sharing =
  | { readonly type: 'alone' | 'first' }
  | { readonly type: 'join'; readonly addresses: readonly string[] };

/**
 * A command to a connection of the server. This union goes from the key to the connection: with a new command the compiler
 * names every place that must know it.
 */
export type ConnectionCommand =
  /** `half-close` is shutdown(SHUT_WR), `reset` an RST; `pause` stops reading, `resume` goes on. */
  | { readonly type: 'half-close' | 'close' | 'reset' | 'pause' | 'resume' }
  | { readonly type: 'discipline'; readonly discipline: Discipline }
  /** Sends bytes of our own. */
  | { readonly type: 'write'; readonly bytes: Uint8Array };

/**
 * Whether what the embedded client gets back is an echo. `due`: the discipline of our own server says so. `mixed`: echoes,
 * and among them bytes of another kind, such as those that a user has sent by hand. `unknown`: a server that is not ours is
 * taken for an echo server until a reply is none. `none`: what comes is no echo.
 */
export type EchoExpectation = 'due' | 'mixed' | 'unknown' | 'none';

/** A command to the embedded client. */
export type ClientCommand =
  /** Without `echo` it is `unknown`. */
  | { readonly type: 'connect'; readonly endpoint: Endpoint; readonly echo?: EchoExpectation }
  /** For the open connection, from now on. */
  | { readonly type: 'expect'; readonly echo: EchoExpectation }
  /** Sends a message. `id` returns in the events that belong to it. */
  | { readonly type: 'send'; readonly id: number; readonly bytes: Uint8Array }
  /** Sends a piece of a message that is too long to be in memory at once; a `taken` event answers each. TCP only. */
  | { readonly type: 'part'; readonly id: number; readonly bytes: Uint8Array; readonly last: boolean }
  /** shutdown(SHUT_WR). */
  | { readonly type: 'half-close' }
  /** RST. */
  | { readonly type: 'reset' }
  | { readonly type: 'disconnect' };

/** The first difference between an echo and what was sent: among `within` bytes from offset `at` on. */
export interface Mismatch {
  readonly at: number;
  readonly within: number;
}

/** Main thread to wire thread. */
export type WireCommand =
  | { readonly type: 'listen'; readonly endpoints: readonly Endpoint[]; readonly sharing: Sharing }
  /** Closes what the last `listen` opened, because another thread could not open the same. */
  | { readonly type: 'unlisten' }
  | { readonly type: 'client'; readonly command: ClientCommand }
  /** For connection `id`, or (null) for every open one. A discipline for all also holds for new connections. */
  | { readonly type: 'connection'; readonly id: number | null; readonly command: ConnectionCommand }
  /** Every byte is recorded from now on (see memory/recorder/recorder.ts), or a fair share. */
  | { readonly type: 'record'; readonly isComplete: boolean }
  /** The main thread has taken so many `received` events with so many bytes in them. */
  | { readonly type: 'credit'; readonly events: number; readonly bytes: number }
  | { readonly type: 'stop'; readonly graceMs: number };

/** An event of the embedded client. Times are monotonic ms. */
export type ClientEvent =
  | { readonly type: 'connecting'; readonly at: number; readonly endpoint: Endpoint }
  /**
   * `local` is our end, `host:port`: the same text as the `peer` of its row at the server. `compares`: replies are compared
   * with what was sent.
   */
  | {
      readonly type: 'connected';
      readonly at: number;
      readonly endpoint: Endpoint;
      readonly local: string;
      readonly compares: boolean;
    }
  /** Whether replies are compared from now on. `deviated`: no more, because one was no echo. */
  | { readonly type: 'compares'; readonly at: number; readonly compares: boolean; readonly deviated: boolean }
  /** A message was handed to the kernel. */
  | { readonly type: 'sent'; readonly at: number; readonly id: number; readonly bytes: Uint8Array }
  /**
   * A message of so many bytes was not sent. `full`: too much waits already for a peer that does not read. `closed`: the
   * connection takes nothing more.
   */
  | {
      readonly type: 'unsent';
      readonly at: number;
      readonly id: number;
      readonly length: number;
      readonly why: 'full' | 'closed';
    }
  /**
   * Bytes came back. `id` is the message they answer (null: nothing was waiting, or no echo is due); `roundTripMs` is set on
   * the piece that completes it. `skipped` bytes are not in `bytes`, because more came than the main thread had taken, or
   * because they answer a message that went in parts. `differs` tells where they are not what was sent, if the wire knows it.
   */
  | {
      readonly type: 'received';
      readonly at: number;
      readonly id: number | null;
      readonly bytes: Uint8Array;
      readonly skipped: number;
      readonly roundTripMs: number | null;
      readonly differs: Mismatch | null;
    }
  /** The kernel has taken so many bytes of a message that goes in parts; 0: there is no connection to take them. */
  | { readonly type: 'taken'; readonly at: number; readonly id: number; readonly bytes: number }
  /** UDP: no datagram came back in time. An outcome, not an error. */
  | { readonly type: 'unanswered'; readonly at: number; readonly id: number; readonly waitedMs: number }
  /** We half-closed. */
  | { readonly type: 'finished'; readonly at: number }
  /** The peer half-closed. */
  | { readonly type: 'ended'; readonly at: number }
  /** Gone; `fault` says why where it was not asked for. `unanswered` messages had no full reply. */
  | {
      readonly type: 'disconnected';
      readonly at: number;
      readonly endpoint: Endpoint;
      readonly fault: Fault | null;
      readonly unanswered: number;
    };

/** The listeners of one `listen` command, in its order: endpoints with their real ports, and bound addresses. */
export interface Listening {
  readonly endpoints: readonly Endpoint[];
  readonly addresses: readonly string[];
}

/** Wire thread to main thread: rare events only, never one for each read. */
export type WireEvent =
  /** Every listener of one `listen` command is open. */
  | ({ readonly type: 'listening' } & Listening)
  /** None of them is open: the fault of the first that failed. */
  | { readonly type: 'refused'; readonly fault: Fault }
  | { readonly type: 'fault'; readonly fault: Fault }
  | { readonly type: 'client'; readonly event: ClientEvent }
  /** There are new records of the kind that a reader waits for. */
  | { readonly type: 'recorded' }
  /** Memory that the recorder has added, which its readers need. */
  | { readonly type: 'chunk'; readonly chunk: SharedArrayBuffer }
  | { readonly type: 'stopped' };
