import type { End, Ends } from '../../src/memory/ledger/writer.ts';
import { ConnectionReader, type ConnectionRecords } from '../../src/memory/recorder/connection-reader.ts';
import { type Edge, EdgesReader } from '../../src/memory/recorder/edges-reader.ts';
import { createRing, createSlots, edgeBytes } from '../../src/memory/recorder/layout.ts';
import type { DataRecord } from '../../src/memory/recorder/record.ts';
import { Recorder } from '../../src/memory/recorder/recorder.ts';
import { RingMemory } from '../../src/memory/recorder/ring-reader.ts';

const slots = 64;

export const ends: Ends = {
  transport: 'tcp',
  peerHost: '127.0.0.1',
  peerPort: 50_000,
  localHost: '127.0.0.1',
  localPort: 8080,
};

export const cleanEnd: Omit<End, 'at'> = {
  how: 'fin',
  errno: 0,
  ourEnd: 'acknowledged',
  ms: 5,
  bytesIn: 1,
  bytesOut: 2,
  reads: 3,
  writes: 4,
};

/** A recorder with a small ring, and what its readers need. */
export const startRecording = ({ bytes = 128 * 1024, slotCount = slots, firstSegment = 0, keepsData = true } = {}) => {
  const memory = { ring: createRing(bytes), slots: createSlots(slotCount) };
  const edges = new EdgesReader(memory.slots);
  let [awaited, chunks] = [0, 0];
  const recorder = new Recorder(
    memory,
    { keepsData, firstClientSlot: slotCount - 8, firstSegment },
    {
      chunk: (chunk) => {
        chunks++;
        edges.addChunk(chunk);
      },
      awaited: () => {
        awaited++;
        recorder.told();
      },
    },
  );
  return {
    recorder,
    memory,
    ring: memory.ring,
    edges,
    /** How often a reader that waited was told. */
    awaited: () => awaited,
    /** How often memory was added for first and last bytes. */
    chunks: () => chunks,
    connection: (slot: number, id: number) => new ConnectionReader(new RingMemory(memory.ring), edges, slot, id),
  };
};

/** A read that is echoed whole in the same turn. */
export const echo = (recorder: Recorder, slot: number, at: number, bytes: Uint8Array): void => {
  recorder.received(slot, at, bytes);
  recorder.sent(slot, at, bytes, 0, bytes.length, 1);
  recorder.settle();
};

/** A read that is not answered. */
export const receive = (recorder: Recorder, slot: number, at: number, bytes: Uint8Array): void => {
  recorder.received(slot, at, bytes);
  recorder.settle();
};

/** The ends of a direction that has had these bytes, as `plain` gives those that were kept. */
export const edgesOf = (bytes: Uint8Array) => ({
  length: bytes.length,
  first: Buffer.from(bytes.subarray(0, edgeBytes)).toString('hex'),
  last: Buffer.from(bytes.subarray(Math.max(edgeBytes, bytes.length - edgeBytes))).toString('hex'),
});

export const plain = (edge: Edge | undefined) =>
  edge === undefined
    ? undefined
    : {
        length: edge.length,
        first: Buffer.from(edge.first).toString('hex'),
        last: Buffer.from(edge.last).toString('hex'),
      };

/** The records of a connection that moved these bytes, one call each. */
export const recordsOf = (
  ...calls: readonly (readonly ['recv' | 'send', string | Uint8Array])[]
): ConnectionRecords => {
  const moved = { recv: 0, send: 0 };
  const made = { recv: 0, send: 0 };
  const records = calls.map(([kind, said], index): DataRecord => {
    const bytes = Buffer.from(said);
    const offset = moved[kind];
    moved[kind] += bytes.length;
    return {
      ...{ kind, position: 64 + 128 * index, previous: 0, at: 1000 + index, id: 1, owner: 'server', transport: 'tcp' },
      ...{
        offset,
        calls: made[kind]++,
        length: bytes.length,
        bytes,
        count: 1,
        from: 1000 + index,
        until: 1000 + index,
      },
    };
  });
  return { records, edges: null };
};
