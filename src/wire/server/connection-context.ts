import type { ServerOptions } from '../../engine/protocol.ts';
import type { Discipline } from '../../memory/ledger/row.ts';
import type { LedgerWriter } from '../../memory/ledger/writer.ts';
import type { Recorder } from '../../memory/recorder/recorder.ts';
import type { Fault } from '../../text/fault.ts';
import type { AcceptPriority } from './accept-priority.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { MemoryLimit } from './memory-limit.ts';
import type { StalledConnections } from './stalled-connections.ts';

/** Everything that the connections of a wire thread share. */
export interface ConnectionContext {
  readonly options: ServerOptions;
  /** For new connections. The server changes it while it runs. */
  discipline: Discipline;
  readonly ledger: LedgerWriter;
  readonly recorder: Recorder;
  readonly connections: ConnectionTable;
  readonly stalled: StalledConnections;
  readonly acceptPriority: AcceptPriority;
  readonly memoryLimit: MemoryLimit;
  /** Reports a failure that does not end the connection. */
  readonly onFault: (fault: Fault) => void;
}
