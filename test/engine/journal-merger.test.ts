import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Batch, JournalMerger } from '../../src/engine/journal-merger.ts';
import type { Note } from '../../src/memory/journal/note.ts';

const note = (id: number, at: number): Note => ({ type: 'half-close', at, id, by: 'peer' });
const brief = (batch: Batch | undefined) => batch?.notes.map((each) => ('id' in each ? `#${each.id} ${each.at}` : ''));

const start = () => {
  const told: Batch[] = [];
  const taken: string[] = [];
  let now = 100;
  const chronicle = new JournalMerger(
    (batch) => told.push(batch),
    () => now,
  );
  const add = (thread: string, dropped: number, ...notes: readonly Note[]): void =>
    chronicle.add({ notes, dropped, taken: () => taken.push(thread) });
  const pass = (ms: number): void => {
    now += ms;
    vi.advanceTimersByTime(ms);
  };
  return { chronicle, add, pass, told, taken };
};

describe('the events of several threads', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('come in the order of time', () => {
    const { add, pass, told } = start();
    add('a', 0, note(1, 90), note(1, 95), note(1, 95));
    pass(5);
    add('b', 2, note(2, 85), note(2, 92));
    expect(told).toEqual([]);
    pass(55);
    expect(told.map(brief)).toEqual([['#2 85', '#1 90', '#2 92', '#1 95', '#1 95']]);
    expect(told[0]?.dropped).toBe(2);
  });

  it('wait for older ones that another thread may still send', () => {
    const { add, pass, told } = start();
    add('a', 0, note(1, 99), note(1, 108));
    pass(60);
    expect(told.map(brief)).toEqual([['#1 99']]);
    add('b', 0, note(2, 106), note(2, 110));
    pass(60);
    expect(told.map(brief)).toEqual([['#1 99'], ['#2 106', '#1 108', '#2 110']]);
  });

  it('are acknowledged to a thread when all of its batch was taken', () => {
    const { add, pass, told, taken } = start();
    add('a', 0, note(1, 99), note(1, 108));
    add('b', 0, note(2, 98));
    pass(60);
    expect(taken).toEqual([]);
    told[0]?.taken();
    expect(taken).toEqual(['b']);
    pass(60);
    told[1]?.taken();
    expect(taken).toEqual(['b', 'a']);
  });

  it('come at once when the wire ends, and none comes twice', () => {
    const { chronicle, add, pass, told } = start();
    add('a', 0, note(1, 200));
    chronicle.close();
    expect(told.map(brief)).toEqual([['#1 200']]);
    pass(200);
    chronicle.close();
    expect(told).toHaveLength(1);
  });
});
