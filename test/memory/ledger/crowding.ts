import { parentPort, workerData } from 'node:worker_threads';
import { SharedCounters } from '../../../src/memory/ledger/shared-counters.ts';

/** A worker that takes a place and gives it back again and again, and tells how that went. */
const { words, rounds }: { words: SharedArrayBuffer; rounds: number } = workerData;
const sharedCounters = new SharedCounters(words);
const ids: number[] = [];
let refused = 0;
let most = 0;
for (let round = 0; round < rounds; round++) {
  if (!sharedCounters.acquire()) {
    refused++;
    continue;
  }
  most = Math.max(most, sharedCounters.open);
  ids.push(sharedCounters.nextId());
  sharedCounters.release();
}
parentPort?.postMessage({ ids, refused, most });
