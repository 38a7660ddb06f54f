import { workerData } from 'node:worker_threads';
import { createSlots } from '../../../src/memory/recorder/layout.ts';
import { Recorder } from '../../../src/memory/recorder/recorder.ts';
import { RingMemory } from '../../../src/memory/recorder/ring-reader.ts';
import { ends, receive } from '../../support/recording.ts';

/** A thread that fills a ring as fast as it can. Each byte of a record is its offset modulo 251. */
const recorder = new Recorder(
  { ring: workerData, slots: createSlots(2) },
  { keepsData: true, firstClientSlot: 2 },
  { chunk: () => undefined, awaited: () => undefined },
);
recorder.setComplete(true);
const memory = new RingMemory(workerData);
recorder.opened(0, 1, 1, ends, 'chunk');
const bytes = Buffer.alloc(3000);
for (let offset = 0, at = 2; ; at++) {
  const piece = bytes.subarray(0, 1 + ((at * 31) % 3000)).fill(offset % 251);
  // A reader that keeps up, so that nothing folds.
  memory.markRead(memory.newest);
  receive(recorder, 0, at, piece);
  offset += piece.length;
}
