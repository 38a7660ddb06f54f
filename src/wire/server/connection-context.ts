import type { ConnectionCommand } from '../../engine/protocol.ts';
import type { Discipline, Ending } from '../../memory/ledger/row.ts';
import type { LedgerWriter } from '../../memory/ledger/writer.ts';
import type { TapWriter } from '../../memory/tap.ts';
import type { Fault } from '../../text/fault.ts';
import type { Journal } from '../journal.ts';
import type { AcceptPriority } from './accept-priority.ts';
import type { StalledConnections } from './connection-table.ts';

/** What every connection of one wire shares. */
export interface ConnectionContext {
  readonly ledger: LedgerWriter;
  readonly journal: Journal;
  readonly stalled: StalledConnections;
  readonly acceptPriority: AcceptPriority;
  /** The discipline that new connections get. */
  readonly discipline: Discipline;
  readonly maxBufferBytes: number;
  /** Something failed that does not end the connection. */
  readonly onFault: (fault: Fault) => void;
  /** The connection of a slot is gone. */
  readonly leave: (slot: number) => void;
}

/** A connection as the commands see it: one of TCP, or one UDP peer. */
export interface ServedPeer {
  readonly id: number;
  /** How long no byte has moved in either direction, ms. */
  readonly silentMs: number;
  /** True while the kernel has not taken all that was sent. */
  readonly owes: boolean;
  run(command: ConnectionCommand): void;
  /** Copies what it receives and sends from now on, after counting what came before; null: no longer. */
  tap(tap: TapWriter | null): void;
  /** Ends it in an orderly way. */
  end(how: Ending): void;
  /** Ends it at once. */
  abandon(): void;
}
