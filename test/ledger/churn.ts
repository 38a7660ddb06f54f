import { workerData } from 'node:worker_threads';
import { LedgerWriter } from '../../src/ledger/writer.ts';

/** A worker that sends 50,000 connections through two slots: connection n has port n and receives n bytes. */
const writer = new LedgerWriter(workerData, 0);
for (let n = 1; n <= 50_000; n++) {
  const ends = { peerHost: '10.0.0.1', localHost: '10.0.0.2', peerPort: n, localPort: 1 };
  const slot = writer.enter({ transport: 'tcp', ...ends }, 'chunk');
  writer.received(slot, n);
  writer.close(slot, 'fin');
}
