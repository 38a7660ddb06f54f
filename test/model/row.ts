import type { Row } from '../../src/memory/ledger/row.ts';

type Changes = Partial<Omit<Row, 'at'>> & { readonly at?: Partial<Row['at']> };

/** A row of a TCP connection that was accepted at 1000 ms and has done nothing since. */
export const rowWith = ({ at, ...changes }: Changes = {}): Row => ({
  slot: 0,
  id: 1,
  transport: 'tcp',
  peer: '127.0.0.1:53001',
  local: '127.0.0.1:8080',
  state: 'ESTABLISHED',
  discipline: 'chunk',
  how: null,
  error: null,
  ourEnd: 'unknown',
  bytesIn: 0,
  bytesOut: 0,
  reads: 0,
  writes: 0,
  held: 0,
  stalled: false,
  paused: false,
  activeAt: 1000,
  ...changes,
  at: { accept: 1000, recv: null, send: null, finReceived: null, finSent: null, close: null, ...at },
});
