import { describe, expect, it } from 'vitest';
import type { TalkLine } from '../../../src/model/talk.ts';
import { busy } from '../fixture.ts';
import { open } from '../open.tsx';

const said = (key: number, id: number, by: 'peer' | 'us', text: string): TalkLine => ({
  type: 'said',
  key,
  id,
  by,
  wallMs: 0,
  bytes: Buffer.from(text),
  more: 0,
});

describe.each([
  [200, 60],
  [120, 34],
  [100, 30],
  [80, 24],
  [60, 20],
] as const)('what all connections say at %i by %i', (columns, rows) => {
  it('is followed, stands still where it is scrolled back, and counts what it leaves out', async () => {
    const many = Array.from({ length: 80 }, (_, n) => said(n + 2, n % 2 === 0 ? 13 : 14, 'peer', `line ${n}`));
    const unsaid = { type: 'unsaid', key: 90, messages: 1234, isMore: false, bytes: 3_400_000 } as const;
    const talk = [said(1, 12, 'us', '안녕\x1b[2J'), ...many, unsaid];
    const drawing = await open({ ...busy, talk }, columns, rows);
    await drawing.press('escape');
    await drawing.until('┤ Connections ├');
    await drawing.type('T');
    await drawing.until('┤ Talk ├');
    expect(drawing.text()).toMatch(/#14 → line 79/u);
    expect(drawing.text()).toContain('⋮ 1,234 messages, 3.4 MB not shown');
    await drawing.type('k');
    await drawing.until('paused, ↓ 1 newer');
    const before = drawing.text().match(/line \d+/gu);
    drawing.feed.show({ ...busy, talk: [...talk, said(91, 13, 'us', 'new')] });
    await drawing.until('paused, ↓ 2 newer');
    expect(drawing.text().match(/line \d+/gu)).toEqual(before);
    await drawing.type('g');
    await drawing.until(/#12 ← 안녕\\x1B\[2J/u);
    await drawing.type('G');
    await drawing.until(/#13 ← new/u);
  });
});
