import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createRing } from '../../../src/memory/recorder/layout.ts';
import { MergedRingReader } from '../../../src/memory/recorder/merged-reader.ts';
import { RingMemory, RingReader } from '../../../src/memory/recorder/ring-reader.ts';
import { echo, ends, receive, startRecording } from '../../support/recording.ts';

test.each([0, 2 ** 31 - 3, 2 ** 32 - 3, 2 ** 36])(
  'a ring that goes round and round is read without a gap, from segment %d on',
  (firstSegment) => {
    const { recorder, ring } = startRecording({ firstSegment });
    const reader = new RingReader(new RingMemory(ring), undefined, true);
    recorder.setComplete(true);
    recorder.opened(0, 1, 1, ends, 'chunk');
    expect(reader.read().records).toHaveLength(1);
    for (let n = 0; n < 3000; n++) {
      const bytes = Buffer.alloc(1 + ((n * 37) % 1500), n);
      echo(recorder, 0, 2 + n, bytes);
      const { records, missed } = reader.read();
      expect(missed).toEqual({ events: 0, recv: 0, send: 0 });
      expect(records.map((record) => ('bytes' in record ? record.bytes : null))).toEqual([bytes, bytes]);
    }
  },
);

test('a reader that stops goes on with the oldest that is there, and knows what it missed by direction', () => {
  const { recorder, ring } = startRecording();
  const reader = new RingReader(new RingMemory(ring));
  const other = new RingReader(new RingMemory(ring), undefined, true);
  recorder.setComplete(true);
  recorder.opened(0, 1, 1, ends, 'chunk');
  for (let n = 0; n < 2000; n++) {
    echo(recorder, 0, 2 + n, Buffer.alloc(500, n));
    receive(recorder, 0, 2 + n, Buffer.alloc(100, n));
    other.read();
  }
  recorder.finished(0, 9000, 'peer', 'chunk');
  const { records, missed } = reader.read();
  const [received, sent] = (['recv', 'send'] as const).map((kind) =>
    records.flatMap((record) => (record.kind === kind ? [record] : [])),
  );
  expect(missed.events).toBe(1);
  expect(missed.recv).toBe(received?.[0]?.offset);
  expect(missed.send).toBe(sent?.[0]?.offset);
  expect(missed.recv).toBeGreaterThan(1_000_000);
  expect(records.at(-1)?.kind).toBe('fin');
});

test('a reader of every byte that stops loses bytes, counted in their place, and no event', () => {
  const { recorder, ring } = startRecording({ bytes: 1 << 20 });
  const reader = new RingReader(new RingMemory(ring), undefined, true);
  recorder.setComplete(true);
  recorder.opened(0, 1, 1, ends, 'chunk');
  // Ten times the ring.
  for (let n = 0; n < 1000; n++) receive(recorder, 0, 2 + n, Buffer.alloc(10_000, n));
  recorder.finished(0, 9000, 'peer', 'chunk');
  const { records, missed } = reader.read();
  expect(missed).toEqual({ events: 0, recv: 0, send: 0 });
  expect([records[0]?.kind, records.at(-1)?.kind]).toEqual(['open', 'fin']);
  let offset = 0;
  for (const record of records) {
    if (record.kind !== 'recv') continue;
    expect(record.offset).toBe(offset);
    offset += record.length;
  }
  expect(offset).toBe(10_000_000);
  expect(records.some((record) => record.kind === 'recv' && record.count > 1)).toBe(true);
});

test('an echo whose read has left the ring counts its bytes and has none', () => {
  const { recorder, ring, connection } = startRecording();
  const other = new RingReader(new RingMemory(ring), undefined, true);
  recorder.setComplete(true);
  recorder.opened(0, 1, 1, ends, 'chunk');
  for (let n = 0; n < 500; n++) {
    echo(recorder, 0, 2 + n, Buffer.alloc(1000, n));
    other.read();
  }
  const { records } = connection(0, 1).read();
  for (const record of records) if ('bytes' in record) expect([0, record.length]).toContain(record.bytes.length);
  const [first] = records;
  expect(first !== undefined && 'offset' in first && first.offset > 0).toBe(true);
});

test('threads are merged in the order of time', () => {
  let now = 0;
  const threads = [0, 1, 2].map(() => startRecording());
  const reader = new MergedRingReader(
    threads.map(({ ring }) => new RingMemory(ring)),
    { now: () => now },
  );
  for (const [thread, { recorder }] of threads.entries()) recorder.opened(0, thread / 10, thread, ends, 'chunk');
  for (let at = 1; at < 100; at++) threads[(at * 7) % 3]?.recorder.paused(0, at, true);
  now = 50;
  const early = reader.read().records;
  // The youngest wait: another thread may be about to write an older one.
  expect(early.at(-1)?.at).toBe(45);
  expect(reader.hasMore).toBe(true);
  const late = reader.read(Number.POSITIVE_INFINITY, true).records;
  expect(reader.hasMore).toBe(false);
  expect([...early, ...late].map(({ at }) => at)).toEqual([
    0,
    0.1,
    0.2,
    ...Array.from({ length: 99 }, (_, n) => n + 1),
  ]);
});

test('threads that are read piece by piece stay in the order of time', () => {
  const threads = [0, 1].map(() => startRecording());
  const reader = new MergedRingReader(
    threads.map(({ ring }) => new RingMemory(ring)),
    { now: () => 1e9 },
  );
  for (const { recorder } of threads) recorder.opened(0, 0, 1, ends, 'chunk');
  // The records of one thread take several segments, those of the other one.
  for (let at = 1; at < 900; at++) threads[at % 10 === 0 ? 1 : 0]?.recorder.paused(0, at, true);
  const times: number[] = [];
  while (reader.hasMore) times.push(...reader.read(1).records.map(({ at }) => at));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times).toHaveLength(901);
});

test('a reader beside a writer that never stops gets whole records or counts them', { timeout: 60_000 }, async () => {
  const ring = createRing(64 * 1024);
  const worker = new Worker(new URL('flooding.ts', import.meta.url), { workerData: ring });
  const failure = new Promise<never>((_, reject) => worker.once('error', reject));
  failure.catch(() => undefined);
  try {
    const reader = new RingReader(new RingMemory(ring));
    let [records, overtaken, next] = [0, 0, 0];
    while (records < 2000 || overtaken < 5) {
      const reading = reader.read(64 * 1024);
      let missed = reading.missed.recv;
      if (missed > 0) overtaken++;
      for (const record of reading.records) {
        if (record.kind !== 'recv') continue;
        // What was missed lies before the first record of a reading.
        expect(record.offset).toBe(next + missed);
        missed = 0;
        next = record.offset + record.length;
        // All bytes are the record's offset modulo 251: a torn record would have two kinds.
        if (!Buffer.alloc(record.length, record.offset % 251).equals(record.bytes)) expect.fail('a torn record');
        records++;
      }
      if (reading.records.length === 0) await Promise.race([failure, new Promise((resolve) => setImmediate(resolve))]);
    }
  } finally {
    await worker.terminate();
  }
});
