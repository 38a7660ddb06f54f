import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

const known = { workloads: ['stream-1', 'idle'], peers: ['serve', 'c'] };
const read = (...args: string[]) => readSettings(args, known);

describe('settings', () => {
  it('are those of a whole run where nothing is said', () => {
    expect(read()).toEqual({
      effort: { rounds: 8, seconds: 0.5, warmUpSeconds: 1, waits: true, crowd: 1 },
      generator: 'bench',
      isQuick: false,
      isPinned: true,
      workloads: [],
      peers: [],
      json: null,
    });
  });

  it('take parts, rounds and a file', () => {
    const { effort, ...rest } = read(
      '--only',
      'idle',
      '--only=stream-1',
      '--peer',
      'c',
      '--rounds',
      '7',
      '--json',
      'x',
    );
    expect(effort).toMatchObject({ rounds: 7, seconds: 0.5 });
    expect(rest).toMatchObject({ isQuick: false, workloads: ['idle', 'stream-1'], peers: ['c'], json: 'x' });
  });

  it('name what makes the load', () => {
    expect(read('--generator', 'c')).toMatchObject({ generator: 'c' });
  });

  it('leave the cores to the system where that is wanted', () => {
    expect(read('--unpinned')).toMatchObject({ isPinned: false });
  });

  it('of a quick run are one round of a moment', () => {
    expect(read('--quick')).toMatchObject({ isQuick: true, effort: { rounds: 1, warmUpSeconds: 0, waits: false } });
  });

  it.each([
    [['--only', 'nothing'], '--only: there is no nothing; there are stream-1, idle'],
    [['--peer', 'nobody'], '--peer: there is no nobody; there are serve, c'],
    [['--generator', 'wrk'], '--generator: there is no wrk; there are bench, c'],
    [['--rounds', '1.5'], '--rounds: 1.5 is no such number'],
    [['--rounds', '0'], '--rounds: 0 is no such number'],
    [['--seconds', 'x'], '--seconds: x is no such number'],
    [['--fast'], "Unknown option '--fast'"],
    [['stream-1'], 'Unexpected argument'],
  ])('%j is a mistake', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });
});
