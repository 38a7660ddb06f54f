import { parentPort, workerData } from 'node:worker_threads';
import { Commons } from '../../src/ledger/commons.ts';

/** A worker that takes a place and gives it back again and again, and tells how that went. */
const { words, rounds }: { words: SharedArrayBuffer; rounds: number } = workerData;
const commons = new Commons(words);
const ids: number[] = [];
let refused = 0;
let most = 0;
for (let round = 0; round < rounds; round++) {
  if (!commons.enter()) {
    refused++;
    continue;
  }
  most = Math.max(most, commons.open);
  ids.push(commons.nextId());
  commons.leave();
}
parentPort?.postMessage({ ids, refused, most });
