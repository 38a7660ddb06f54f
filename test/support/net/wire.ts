import { Engine, type EngineOptions } from '../../../src/engine/engine.ts';
import type { ClientEvent } from '../../../src/engine/protocol.ts';
import type { Row } from '../../../src/memory/ledger/row.ts';
import type { LedgerSnapshot } from '../../../src/memory/ledger/snapshot.ts';
import type { WireRecord } from '../../../src/memory/recorder/record.ts';
import { type CallHistory, historyOf } from '../../../src/model/calls.ts';
import type { Endpoint } from '../../../src/text/endpoint.ts';
import type { Fault } from '../../../src/text/fault.ts';
import { until } from '../wait.ts';
import { serverDefaults } from './server-options.ts';

/** A running engine as tests use it: its first port, what it told, and its ledger. */
export interface Wire {
  readonly engine: Engine;
  readonly endpoints: readonly Endpoint[];
  /** Port of the first endpoint. */
  readonly port: number;
  readonly clientEvents: readonly ClientEvent[];
  readonly faults: readonly Fault[];
  readonly crashes: readonly Error[];
  /** The calls of a connection; null where another has its slot. */
  calls(row: Row): CallHistory | null;
  /** What the wire has recorded so far, but its listeners. */
  records(): readonly WireRecord[];
  reading(): LedgerSnapshot;
  /** Waits until the row of a connection is as wanted and returns it. The newest connection where no peer is named. */
  row(wanted: (row: Row) => boolean, what: string, peer?: string): Promise<Row>;
  [Symbol.asyncDispose](): Promise<void>;
}

const loopback: Endpoint = { transport: 'tcp', host: '127.0.0.1', port: 0 };

/**
 * Starts an engine on free ports. How many threads it has and how it reads is what the project of vitest.config.ts says,
 * where `options` say nothing.
 */
export async function startWire(
  endpoints: readonly Endpoint[] = [loopback],
  options: Partial<EngineOptions> = {},
): Promise<Wire> {
  const clientEvents: ClientEvent[] = [];
  const faults: Fault[] = [];
  const crashes: Error[] = [];
  const records: WireRecord[] = [];
  const engine = new Engine(
    {
      ...serverDefaults,
      threads: Number(process.env.WIRE_THREADS ?? 1),
      rawStreams: process.env.PLAIN_STREAMS === undefined,
      ...options,
    },
    {
      client: (event) => clientEvents.push(event),
      fault: (fault) => faults.push(fault),
      recorded: () => undefined,
      crash: (error) => crashes.push(error),
    },
  );
  const reader = engine.records.follow();
  const listening = await engine.listen(endpoints).catch(async (error: unknown) => {
    await engine.stop(0);
    throw error;
  });
  return {
    engine,
    endpoints: listening,
    port: listening[0]?.port ?? 0,
    clientEvents,
    faults,
    crashes,
    records: () => {
      records.push(...reader.read().records.filter(({ kind }) => kind !== 'listen'));
      return records;
    },
    calls: (row) => {
      const ends = engine.ends(row);
      return ends === null ? null : historyOf(row, ends);
    },
    reading: () => engine.read(),
    row: async (wanted, what, peer) => {
      let row: Row | undefined;
      await until(() => {
        const { rows } = engine.read();
        const newest = Math.max(...rows.map(({ id }) => id));
        row = rows.find((candidate) => (peer === undefined ? candidate.id === newest : candidate.peer === peer));
        return row !== undefined && wanted(row);
      }, `a row that ${what}`);
      if (row === undefined) throw new Error('no row');
      return row;
    },
    [Symbol.asyncDispose]: () => engine.stop(0),
  };
}
