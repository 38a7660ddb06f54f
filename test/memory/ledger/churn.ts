import { workerData } from 'node:worker_threads';
import { LedgerWriter } from '../../../src/memory/ledger/writer.ts';

/** A worker that sends connections through few slots until it is told to stop: connection n has port n, gets n bytes. */
const { ledger, stop }: { ledger: SharedArrayBuffer; stop: Int32Array } = workerData;
const writer = new LedgerWriter(ledger, 0);
for (let n = 1; Atomics.load(stop, 0) === 0; n++) {
  const ends = { peerHost: '10.0.0.1', localHost: '10.0.0.2', peerPort: n, localPort: 1 };
  const slot = writer.enter({ transport: 'tcp', ...ends }, 'chunk');
  writer.received(slot, n);
  writer.close(slot, 'fin');
}
