import { expect, test } from 'vitest';
import { maxBytes, maxRecords } from '../../../src/memory/recorder/connection-reader.ts';
import { RingMemory, RingReader } from '../../../src/memory/recorder/ring-reader.ts';
import { ends, receive, startRecording } from '../../support/recording.ts';

/** A recorder that keeps every byte, and a reader of its one connection. */
const start = () => {
  const { recorder, ring, connection } = startRecording({ bytes: 16 << 20 });
  const follower = new RingReader(new RingMemory(ring), undefined, true);
  recorder.setComplete(true);
  recorder.opened(0, 1, 1, ends, 'chunk');
  const say = (count: number, length: number): void => {
    for (let n = 0; n < count; n++) {
      receive(recorder, 0, 2, Buffer.alloc(length, n));
      follower.read();
    }
  };
  return { say, reader: connection(0, 1), again: () => connection(0, 1).read().records };
};

test.each(['at once', 'as they come'])('of a connection with many records the newest 2,000 are read, %s', (how) => {
  const { say, reader, again } = start();
  for (let round = 0; round < 5; round++) {
    say(500, 1);
    if (how === 'as they come') reader.read();
  }
  const { records } = reader.read();
  expect(records).toHaveLength(maxRecords);
  const last = records.at(-1);
  expect(last !== undefined && 'offset' in last && last.offset).toBe(2499);
  expect(again()).toHaveLength(maxRecords);
});

test('of a connection with much payload the newest 512 KiB are read', () => {
  const { say, reader, again } = start();
  for (let round = 0; round < 4; round++) {
    say(50, 10_000);
    const bytes = reader.read().records.reduce((sum, each) => sum + ('bytes' in each ? each.bytes.length : 0), 0);
    expect(bytes).toBeLessThanOrEqual(maxBytes);
  }
  expect(reader.read().records).toHaveLength(52);
  expect(again().length).toBeGreaterThan(50);
});
