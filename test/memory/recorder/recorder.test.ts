import { expect, test } from 'vitest';
import { leastShare } from '../../../src/memory/recorder/recorder.ts';
import { RingMemory, RingReader } from '../../../src/memory/recorder/ring-reader.ts';
import { cleanEnd, echo, edgesOf, ends, plain, receive, startRecording } from '../../support/recording.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('a reader gets everything that happened to a connection, in its order', () => {
  const { recorder, ring } = startRecording();
  const reader = new RingReader(new RingMemory(ring));

  recorder.listening(1, 'tcp', '::1', 8080);
  recorder.opened(3, 2, 7, ends, 'chunk');
  echo(recorder, 3, 3, Buffer.from('hello'));
  recorder.paused(3, 4, true);
  recorder.paused(3, 5, false);
  recorder.disciplined(3, 6, 'line');
  recorder.finished(3, 7, 'peer', 'chunk');
  recorder.finished(3, 8, 'local', 'chunk');
  recorder.closed(3, ends, { ...cleanEnd, at: 9, how: 'error', errno: 104 });
  recorder.refused(10, { transport: 'udp', peerHost: '10.0.0.1', peerPort: 99 }, 'max-connections');

  const { records, missed } = reader.read();
  expect(missed).toEqual({ events: 0, recv: 0, send: 0 });
  expect(records.map(({ position: _, previous: __, owner: ___, ...rest }) => rest)).toEqual([
    { kind: 'listen', at: 1, id: 0, transport: 'tcp', local: { host: '::1', port: 8080 } },
    {
      kind: 'open',
      at: 2,
      id: 7,
      transport: 'tcp',
      peer: { host: '127.0.0.1', port: 50_000 },
      local: { host: '127.0.0.1', port: 8080 },
      discipline: 'chunk',
    },
    {
      kind: 'recv',
      at: 3,
      id: 7,
      transport: 'tcp',
      offset: 0,
      calls: 0,
      length: 5,
      bytes: Buffer.from('hello'),
      count: 1,
      from: 3,
      until: 3,
    },
    {
      kind: 'send',
      at: 3,
      id: 7,
      transport: 'tcp',
      offset: 0,
      calls: 0,
      length: 5,
      bytes: Buffer.from('hello'),
      count: 1,
      from: 3,
      until: 3,
    },
    { kind: 'pause', at: 4, id: 7, transport: 'tcp' },
    { kind: 'resume', at: 5, id: 7, transport: 'tcp' },
    { kind: 'discipline', at: 6, id: 7, transport: 'tcp', discipline: 'line' },
    { kind: 'fin', at: 7, id: 7, transport: 'tcp', slot: 3, by: 'peer', discipline: 'chunk' },
    { kind: 'fin', at: 8, id: 7, transport: 'tcp', slot: 3, by: 'local', discipline: 'chunk' },
    {
      kind: 'close',
      at: 9,
      id: 7,
      transport: 'tcp',
      peer: { host: '127.0.0.1', port: 50_000 },
      ...{
        how: 'error',
        ourEnd: 'acknowledged',
        error: 'ECONNRESET',
        ms: 5,
        bytesIn: 1,
        bytesOut: 2,
        reads: 3,
        writes: 4,
      },
    },
    { kind: 'refused', at: 10, id: 0, transport: 'udp', peer: { host: '10.0.0.1', port: 99 }, why: 'max-connections' },
  ]);
  expect(reader.read().records).toEqual([]);
});

test('what happens to the embedded client is told apart', () => {
  const { recorder, ring } = startRecording();
  recorder.opened(56, 1, 1, ends, 'chunk');
  recorder.received(56, 2, Buffer.from('x'));
  recorder.settle();
  expect(new RingReader(new RingMemory(ring)).read().records.map(({ owner }) => owner)).toEqual(['client', 'client']);
});

test('a reader gets the kinds of records that it wants', () => {
  const { recorder, ring } = startRecording();
  recorder.opened(0, 1, 1, ends, 'chunk');
  echo(recorder, 0, 2, Buffer.from('x'));
  expect(new RingReader(new RingMemory(ring), ['open']).read().records.map(({ kind }) => kind)).toEqual(['open']);
  expect(new RingReader(new RingMemory(ring), ['open', 'recv']).read().records.map(({ kind }) => kind)).toEqual([
    'open',
    'recv',
  ]);
});

test('without memory for it no byte is recorded, and every event is', () => {
  const { recorder, ring, edges } = startRecording({ keepsData: false });
  recorder.opened(0, 1, 1, ends, 'chunk');
  echo(recorder, 0, 2, Buffer.from('x'));
  recorder.finished(0, 3, 'peer', 'chunk');
  expect(new RingReader(new RingMemory(ring)).read().records.map(({ kind }) => kind)).toEqual(['open', 'fin']);
  expect(edges.read(0, 1)?.recv.length).toBe(0);
});

test('a connection is read by its links, without those of others', () => {
  const { recorder, connection } = startRecording({ bytes: 1 << 20 });
  recorder.opened(0, 1, 1, ends, 'chunk');
  recorder.opened(1, 1, 2, ends, 'chunk');
  const reader = connection(0, 1);
  for (let n = 0; n < 5; n++) {
    echo(recorder, 0, 2 + n, Buffer.from(`mine ${n}`));
    echo(recorder, 1, 2 + n, Buffer.from(`theirs ${n}`));
  }
  const first = reader.read();
  expect(
    first.records.flatMap((record) => ('bytes' in record ? [`${record.kind} ${text(record.bytes)}`] : [])),
  ).toEqual(Array.from({ length: 5 }, (_, n) => [`recv mine ${n}`, `send mine ${n}`]).flat());
  expect(reader.read()).toBe(first);
  recorder.closed(0, ends, { ...cleanEnd, at: 9 });
  expect(reader.read().records).toHaveLength(12);
  // The slot is another's.
  recorder.opened(0, 10, 3, ends, 'chunk');
  expect(reader.read().records).toHaveLength(12);
  expect(
    connection(0, 3)
      .read()
      .records.map(({ kind }) => kind),
  ).toEqual(['open']);
});

test('a flood folds into records with count, bytes and times, and does not push out what a quiet client said', () => {
  const { recorder, ring, connection } = startRecording();
  const quiet = connection(0, 1);
  recorder.opened(0, 1, 1, ends, 'chunk');
  receive(recorder, 0, 2, Buffer.from('I am quiet'));
  recorder.opened(1, 3, 2, ends, 'chunk');
  const flood = Buffer.alloc(60_000, 'x');
  // 60 MB in 10 s: 470 times the ring.
  for (let n = 0; n < 1000; n++) echo(recorder, 1, 10 + 10 * n, flood);
  recorder.sweep(20_000);

  expect(quiet.read().records.map(({ kind }) => kind)).toEqual(['open', 'recv']);
  const { records, missed } = new RingReader(new RingMemory(ring)).read();
  expect(missed).toEqual({ events: 0, recv: 0, send: 0 });
  const received = records.flatMap((record) => (record.kind === 'recv' && record.id === 2 ? [record] : []));
  expect(received.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
  let offset = 0;
  for (const record of received) {
    expect(record.offset).toBe(offset);
    expect(record.until).toBeGreaterThanOrEqual(record.from);
    offset += record.length;
  }
  expect(offset).toBe(60_000_000);
  expect(received.length).toBeLessThan(40);
});

test('a thousand floods leave each its share, and what a quiet client said stays', () => {
  const { recorder, connection } = startRecording({ bytes: 4 << 20, slotCount: 1100 });
  recorder.opened(0, 1, 1, ends, 'chunk');
  receive(recorder, 0, 2, Buffer.from('I am quiet'));
  const quiet = connection(0, 1);
  for (let slot = 1; slot <= 1000; slot++) recorder.opened(slot, 3, slot + 1, ends, 'chunk');
  const flood = Buffer.alloc(1000, 'x');
  const before = recorder.position;
  for (let second = 0; second < 5; second++)
    for (let round = 0; round < 20; round++)
      for (let slot = 1; slot <= 1000; slot++) echo(recorder, slot, 10 + 1000 * second + 40 * round, flood);
  recorder.sweep(20_000, true);
  const perConnection = (recorder.position - before) / 5 / 1000;
  // The least share and the two records of its folds; the first second begins before it is known how many there are.
  expect(perConnection).toBeLessThan(2 * leastShare + 2 * 72);
  expect(quiet.read().records.map(({ kind }) => kind)).toEqual(['open', 'recv']);
});

test('a reader that wants every byte gets it in place of fairness', () => {
  const { recorder, ring } = startRecording({ bytes: 4 << 20 });
  recorder.setComplete(true);
  recorder.opened(0, 1, 1, ends, 'chunk');
  const reader = new RingReader(new RingMemory(ring));
  const bytes = Buffer.alloc(60_000, 'x');
  for (let n = 0; n < 20; n++) receive(recorder, 0, 2, bytes);
  const kept = reader.read().records.reduce((sum, record) => sum + ('bytes' in record ? record.bytes.length : 0), 0);
  expect(kept).toBe(20 * 60_000);
});

test.each([
  ['as it came', 'echo'],
  ['in parts', 'parts'],
  ['never', 'never'],
  ['something else', 'other'],
] as const)('the first and last 2 KiB of each direction stay, sent back %s', (_, how) => {
  const { recorder, edges } = startRecording();
  recorder.opened(0, 1, 1, ends, 'chunk');
  const [received, sent]: [Buffer[], Buffer[]] = [[], []];
  let at = 2;
  for (const length of [10, 50, 5, 1, 100, 1500, 2048, 7, 4096, 60_000, 1, 1000, 1000]) {
    const bytes = Buffer.from(Array.from({ length }, (__, n) => (n * 7 + at) & 0xff));
    received.push(bytes);
    recorder.received(0, at++, bytes);
    if (how === 'echo') {
      recorder.sent(0, at, bytes, 0, length, 1);
      sent.push(bytes);
    } else if (how === 'parts' && length > 10) {
      recorder.sent(0, at, bytes, 0, 10, 0);
      recorder.sent(0, at, bytes, 10, length, 1);
      sent.push(bytes);
    } else if (how === 'other') {
      const other = Buffer.from(bytes).reverse();
      recorder.sent(0, at, other, 0, length, 1);
      sent.push(other);
    }
    recorder.settle();
    const [allIn, allOut] = [Buffer.concat(received), Buffer.concat(sent)];
    const kept = edges.read(0, 1);
    expect(plain(kept?.recv)).toEqual(edgesOf(allIn));
    expect(plain(kept?.send)).toEqual(edgesOf(allOut));
  }
});

test('a connection that echoed and then says something of its own keeps both', () => {
  const { recorder, edges } = startRecording();
  recorder.opened(0, 1, 1, ends, 'chunk');
  for (let n = 0; n < 100; n++) echo(recorder, 0, 2, Buffer.alloc(100, n));
  recorder.sent(0, 3, Buffer.from('by hand'), 0, 7, 1);
  const kept = edges.read(0, 1);
  expect(kept?.send.length).toBe(10_007);
  expect(text(kept?.send.last.subarray(-7) ?? Buffer.alloc(0))).toBe('by hand');
  expect(kept?.send.last.subarray(0, 2041)).toEqual(kept?.recv.last.subarray(7));
});

test('a slot that goes to another connection gives its memory back', () => {
  const { recorder, chunks } = startRecording();
  for (let id = 1; id < 5000; id++) {
    recorder.opened(0, id, id, ends, 'chunk');
    echo(recorder, 0, id, Buffer.alloc(10_000));
  }
  expect(chunks()).toBe(1);
});

test('who waits for events is told of the next one, once, and not of bytes', () => {
  const { recorder, ring, awaited } = startRecording();
  const reader = new RingReader(new RingMemory(ring));
  recorder.opened(0, 1, 1, ends, 'chunk');
  expect(awaited()).toBe(0);
  reader.wait('events');
  receive(recorder, 0, 2, Buffer.from('x'));
  expect(awaited()).toBe(0);
  recorder.finished(0, 3, 'peer', 'chunk');
  recorder.finished(0, 3, 'local', 'chunk');
  expect(awaited()).toBe(1);
  reader.wait('data');
  receive(recorder, 0, 4, Buffer.from('y'));
  expect(awaited()).toBe(2);
});
