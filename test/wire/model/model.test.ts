import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../../src/engine/engine.ts';
import { type Plan, playAll } from './playing.ts';

/** The ways in which the wire can be built: each must do the same. */
const ways: readonly { readonly name: string; readonly options: Partial<EngineOptions> }[] = [
  { name: 'one thread, plain streams', options: { threads: 1, rawStreams: false } },
  { name: 'one thread, raw streams', options: { threads: 1, rawStreams: true } },
  { name: 'two threads, plain streams', options: { threads: 2, rawStreams: false } },
  { name: 'two threads, raw streams', options: { threads: 2, rawStreams: true } },
];

const roomy: Omit<Plan, 'options'> = {
  kind: { clients: 4, steps: 60, largest: 5_000_000, isSilent: false },
  limits: { maxConnections: 100, maxBufferBytes: 64 << 20, idleTimeoutMs: null, isTight: false },
  runs: 250,
};

const tight: Omit<Plan, 'options'> = {
  kind: { clients: 5, steps: 60, largest: 300, isSilent: false },
  limits: { maxConnections: 3, maxBufferBytes: 64, idleTimeoutMs: null, isTight: true },
  runs: 250,
};

const idle: Omit<Plan, 'options'> = {
  kind: { clients: 4, steps: 8, largest: 2_000, isSilent: true },
  limits: { maxConnections: 100, maxBufferBytes: 1 << 20, idleTimeoutMs: 400, isTight: false },
  runs: 15,
};

describe.each(ways)('any program of many clients ($name)', ({ options }) => {
  it.concurrent.each([
    ['with room for all', roomy],
    ['at the limits', tight],
    ['until all are idle', idle],
  ])(
    'gets what it must and counts what it must, %s',
    async (_, plan) => {
      expect(await playAll({ ...plan, options })).toBeGreaterThan(0);
    },
    240_000,
  );
});
