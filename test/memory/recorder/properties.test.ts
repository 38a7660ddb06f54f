import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Missed, WireRecord } from '../../../src/memory/recorder/record.ts';
import { RingMemory, RingReader } from '../../../src/memory/recorder/ring-reader.ts';
import { cleanEnd, edgesOf, ends, plain, startRecording } from '../../support/recording.ts';

/** ECHOSCOPE_RUNS=20 plays twenty times as many; a failure names its seed, which ECHOSCOPE_SEED=… replays. */
const times = Number(process.env.ECHOSCOPE_RUNS ?? 1);
const seed = process.env.ECHOSCOPE_SEED === undefined ? {} : { seed: Number(process.env.ECHOSCOPE_SEED) };

const slotCount = 6;

/** What one connection did: its stream in each direction, and its events. */
interface Model {
  readonly id: number;
  recv: Buffer;
  send: Buffer;
  events: number;
  isOpen: boolean;
}

type Direction = 'recv' | 'send';

/** A step of a program. `ms` pass before it. */
const step = fc.record({
  ms: fc.oneof({ weight: 6, arbitrary: fc.nat(20) }, { weight: 1, arbitrary: fc.nat(3000) }),
  slot: fc.nat(slotCount - 1),
  bytes: fc.oneof({ weight: 4, arbitrary: fc.nat(200) }, fc.nat(5000), fc.nat(70_000)),
  what: fc.constantFrom('echo', 'echo', 'receive', 'part', 'write', 'fin', 'close', 'sweep', 'look', 'look at one'),
  repeat: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.nat(60)),
});

const contents = (length: number, salt: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, n) => (n * 31 + salt * 7) & 0xff));

/** Records of one direction: what is kept of each is the start of what the model says was there. */
const expectTrue = (records: readonly WireRecord[], { recv, send }: Model): void => {
  for (const record of records) {
    if (record.kind !== 'recv' && record.kind !== 'send') continue;
    const stream = record.kind === 'recv' ? recv : send;
    expect(record.offset + record.length).toBeLessThanOrEqual(stream.length);
    expect(record.bytes.length).toBeLessThanOrEqual(record.length);
    if (!stream.subarray(record.offset, record.offset + record.bytes.length).equals(record.bytes))
      expect.fail(`other bytes at ${record.offset} of ${record.kind}`);
  }
};

/** A reader that follows everything: its records of each connection join, but for what it was told that it missed. */
class Follower {
  readonly #reader: RingReader;
  readonly next = new Map<string, number>();
  missed: Missed = { events: 0, recv: 0, send: 0 };
  readonly gaps = { recv: 0, send: 0 };
  events = 0;

  constructor(ring: SharedArrayBuffer) {
    this.#reader = new RingReader(new RingMemory(ring));
  }

  look(models: readonly Model[]): void {
    while (this.#reader.hasMore) {
      const { records, missed } = this.#reader.read(32 * 1024);
      this.missed = {
        events: this.missed.events + missed.events,
        recv: this.missed.recv + missed.recv,
        send: this.missed.send + missed.send,
      };
      for (const record of records) {
        const model = models.find(({ id }) => id === record.id);
        if (model !== undefined) expectTrue([record], model);
        if (record.kind === 'recv' || record.kind === 'send') this.#join(record.kind, record.id, record);
        else this.events++;
      }
    }
  }

  /** Bytes that came to be missed at the end of each direction, which no record behind them tells. */
  end(models: readonly Model[]): void {
    for (const { id, recv, send } of models) {
      this.#join('recv', id, { offset: recv.length, length: 0 });
      this.#join('send', id, { offset: send.length, length: 0 });
    }
  }

  #join(
    direction: Direction,
    id: number,
    { offset, length }: { readonly offset: number; readonly length: number },
  ): void {
    const key = `${direction} ${id}`;
    const gap = offset - (this.next.get(key) ?? 0);
    expect(gap).toBeGreaterThanOrEqual(0);
    this.gaps[direction] += gap;
    this.next.set(key, offset + length);
  }
}

test('whatever happens, readers get a prefix, a suffix and exact gaps of what was on the wire', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.boolean(), (program, isComplete) => {
      const { recorder, ring, edges, connection } = startRecording({ bytes: 64 * 1024, slotCount });
      recorder.setComplete(isComplete);
      const models: Model[] = [];
      const current: (Model | undefined)[] = [];
      const readers = new Map<Model, ReturnType<typeof connection>>();
      const follower = new Follower(ring);
      let at = 1;
      const inSlot = (slot: number): Model => {
        const open = current[slot];
        if (open?.isOpen) return open;
        const model = { id: models.length + 1, recv: Buffer.alloc(0), send: Buffer.alloc(0), events: 1, isOpen: true };
        models.push(model);
        current[slot] = model;
        recorder.opened(slot, at, model.id, ends, 'chunk');
        readers.set(model, connection(slot, model.id));
        return model;
      };
      const send = (slot: number, model: Model, bytes: Buffer, from: number, to: number): void => {
        recorder.sent(slot, at, bytes, from, to, 1);
        model.send = Buffer.concat([model.send, bytes.subarray(from, to)]);
      };
      for (const [salt, { ms, slot, bytes: length, what, repeat }] of program.entries()) {
        at += ms;
        for (let n = 0; n < repeat; n++) {
          const model = inSlot(slot);
          const bytes = contents(Math.min(length, 65_536), salt + n);
          switch (what) {
            case 'echo':
            case 'receive':
            case 'part':
              if (length === 0) break;
              recorder.received(slot, at, bytes);
              if (what === 'echo') send(slot, model, bytes, 0, bytes.length);
              if (what === 'part') send(slot, model, bytes, 0, bytes.length >> 1);
              recorder.settle();
              model.recv = Buffer.concat([model.recv, bytes]);
              break;
            case 'write':
              send(slot, model, bytes, 0, bytes.length);
              break;
            case 'fin':
              recorder.finished(slot, at, 'peer', 'chunk');
              model.events++;
              break;
            case 'close':
              recorder.closed(slot, ends, { ...cleanEnd, at: at });
              model.events++;
              model.isOpen = false;
              break;
            case 'sweep':
              recorder.sweep(at);
              break;
            case 'look':
              follower.look(models);
              break;
            case 'look at one': {
              const seen = readers.get(model)?.read();
              expectTrue(seen?.records ?? [], model);
              break;
            }
            default:
              what satisfies never;
          }
        }
      }
      recorder.sweep(at, true);
      follower.look(models);
      follower.end(models);
      expect(follower.gaps).toEqual({ recv: follower.missed.recv, send: follower.missed.send });
      expect(follower.events + follower.missed.events).toBe(models.reduce((sum, { events }) => sum + events, 0));
      for (const [slot, model] of current.entries()) {
        if (model === undefined) continue;
        const { records, edges: kept } = readers.get(model)?.read() ?? { records: [], edges: null };
        expectTrue(records, model);
        const ends = { recv: 0, send: 0 };
        for (const record of records) {
          if (record.kind !== 'recv' && record.kind !== 'send') continue;
          // Only before the first record of a direction may something be missing.
          if (ends[record.kind] > 0) expect(record.offset).toBe(ends[record.kind]);
          ends[record.kind] = record.offset + record.length;
        }
        if (ends.recv > 0) expect(ends.recv).toBe(model.recv.length);
        if (ends.send > 0) expect(ends.send).toBe(model.send.length);
        expect(plain(kept?.recv)).toEqual(edgesOf(model.recv));
        expect(plain(kept?.send)).toEqual(edgesOf(model.send));
        expect(edges.read(slot, model.id)).not.toBe(null);
      }
    }),
    { numRuns: 60 * times, ...seed },
  );
});
