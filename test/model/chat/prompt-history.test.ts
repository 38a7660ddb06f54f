import { describe, expect, it } from 'vitest';
import {
  type History,
  historyOf,
  maxLineLength,
  maxLines,
  recall,
  remember,
} from '../../../src/model/chat/prompt-history.ts';

/** What is shown after so many steps up (-1) and down (1) from a draft. */
const walk = (lines: readonly string[], draft: string, ...steps: readonly (-1 | 1)[]): string => {
  let history: History = historyOf(lines);
  let shown = draft;
  for (const by of steps) {
    const found = recall(history, by, shown);
    if (found === null) continue;
    history = found.history;
    shown = found.text;
  }
  return shown;
};

describe('history', () => {
  it('goes up from the newest line to the oldest and stays there', () => {
    expect(walk(['a', 'b'], 'x', -1)).toBe('b');
    expect(walk(['a', 'b'], 'x', -1, -1)).toBe('a');
    expect(walk(['a', 'b'], 'x', -1, -1, -1)).toBe('a');
  });

  it('gives the unfinished draft back at the newest end', () => {
    expect(walk(['a', 'b'], 'half', -1, -1, 1, 1)).toBe('half');
    expect(walk(['a'], 'half', 1)).toBe('half');
    expect(walk([], 'half', -1)).toBe('half');
  });

  it('keeps no line twice in a row, no empty one and none that is too long', () => {
    const long = 'x'.repeat(maxLineLength + 1);
    const { lines } = ['a', 'a', 'b', '', 'a', long].reduce(remember, historyOf([]));
    expect(lines).toEqual(['a', 'b', 'a']);
  });

  it('is bounded, and back at its newest end after each line', () => {
    const many = Array.from({ length: maxLines + 5 }, (_, index) => String(index));
    const history = many.reduce(remember, historyOf([]));
    expect(history.lines).toHaveLength(maxLines);
    expect(history).toMatchObject({ index: null, lines: { 0: '5' } });
  });
});
