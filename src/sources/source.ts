import type { ClientCommand, ClientEvent, ConnectionCommand } from '../engine/protocol.ts';
import type { LedgerSnapshot } from '../memory/ledger/snapshot.ts';
import type { DetailSource } from '../model/view.ts';
import type { Endpoint } from '../text/endpoint.ts';
import type { Fault } from '../text/fault.ts';

/** Everything that a peer sent before its FIN: `length` bytes, of which `bytes` is the start. */
export interface Message {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** Events of a source. All of them are rare: the bytes on the wire are in the ledger. */
export interface SourceEvents {
  /** The embedded client. */
  readonly client: (event: ClientEvent) => void;
  /** A peer has sent its FIN behind a message that `eof` held until then. */
  readonly said: (message: Message) => void;
  /** A call failed, and the source goes on. */
  readonly fault: (fault: Fault) => void;
  /** The source has failed: its counters stay as they are. `restart` may start it anew. */
  readonly crash: (error: Error) => void;
}

/**
 * What a console shows: an engine in this process (LiveSource), or anything else that has connections and counters. Next to
 * its own methods it gives the calls and the payload of one connection (DetailSource).
 */
export interface Source extends DetailSource {
  /** The present counters; the same object as before when nothing changed. Never waits. */
  read(): LedgerSnapshot;
  /** Reports events from now on. Called once. */
  follow(events: SourceEvents): void;
  /**
   * Why commands have no effect now, as a line for the chat; null: they have. A source that only shows, such as a
   * recording, always has one; one that has failed has one until it is restarted.
   */
  readonly refusal: string | null;
  /** Runs a command of the embedded client; its outcome comes as client events. Ignored while there is a refusal. */
  tellClient(command: ClientCommand): void;
  /** Runs a command on connection `id`, or (null) on every open one. Ignored while there is a refusal. */
  tellConnection(id: number | null, command: ConnectionCommand): void;
  /**
   * Starts a source that has failed anew. Resolves to its endpoints; to null where there is nothing to restart, or a
   * restart is under way. Rejects with what prevents it: then the source stays as it is.
   */
  restart(): Promise<readonly Endpoint[] | null>;
  /** Lets open connections finish for `graceMs` at most, and ends. `read` keeps the last counters. */
  stop(graceMs: number): Promise<void>;
}
