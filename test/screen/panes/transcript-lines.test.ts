import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transcriptPage, wrapEntry } from '../../../src/screen/panes/transcript-lines.ts';
import { scrollBy, visibleLines } from '../../../src/screen/state/scroll.ts';
import { cellWidth } from '../../../src/text/width.ts';
import { note, received, sent } from '../fixture.ts';

const lines = (entry: Parameters<typeof wrapEntry>[0], cells: number) =>
  wrapEntry(entry, cells).map(
    ({ time, mark, body, tail }) => `${time} ${mark} ${body}${tail === '' ? '' : ` | ${tail}`}`,
  );

describe('a message', () => {
  it('goes on below its own beginning, with the round trip beside its last line', () => {
    expect(lines(received(1, 'one two three four', 0.21), 30)).toEqual([
      '10:42:07 ← one two three four',
      '            | 0.21 ms',
    ]);
    expect(lines(received(2, 'one two three four', 0.21), 24)).toEqual([
      '10:42:07 ← one two three',
      '           four | 0.21 ms',
    ]);
  });

  it('breaks between wide glyphs, never within one', () => {
    expect(lines(sent(1, '안녕하세요'), 16)).toEqual(['10:42:07 → 안녕', '           하세', '           요']);
  });

  it('shows its line ends and controls as text, and begins a new line behind a line feed', () => {
    expect(lines(sent(1, 'a\nb\x1b[31m'), 40)).toEqual(['10:42:07 → a\\n', '           b\\x1B[31m']);
    expect(lines(received(1, '220 a\r\n', null), 40)).toEqual(['10:42:07 ← 220 a\\r\\n']);
  });

  it('tells a line end from its escape as it is typed', () => {
    expect(lines(sent(1, 'a\r\nb'), 40)).toEqual(['10:42:07 → a\\r\\n', '           b']);
    expect(lines(sent(2, 'a\\r\\nb'), 40)).toEqual(['10:42:07 → a\\\\r\\\\nb']);
  });

  it('marks the first byte that differs in a later line', () => {
    const answer = { ...received(1, 'one\ntwX\n', null), differsAt: 6 };
    expect(wrapEntry(answer, 60).map(({ body, odd }) => body.slice(odd))).toEqual(['', 'X\\n']);
  });

  it('counts what is not kept, and is not cut within a character', () => {
    const bytes = new TextEncoder().encode('안녕').subarray(0, 4);
    expect(lines({ ...received(1, '', null), bytes, skipped: 61_440 }, 60)).toEqual(['10:42:07 ← 안 … 61,440 B more']);
  });

  it('marks where it is not what was sent, and breaks its text there', () => {
    const answer = { ...received(1, 'one twX three', 0.21), differsAt: 6 };
    const [first, second] = wrapEntry(answer, 24);
    expect([first?.body, first?.odd, second?.body, second?.odd]).toEqual(['one twX three', 6, '', 0]);
    expect(second?.tail).toBe('≠ at byte 7 · 0.21 ms');
    expect(wrapEntry({ ...answer, differsAt: null, roundTripMs: null, missing: 3 }, 60)[0]?.tail).toBe('≠ 3 B missing');
    const syllable = wrapEntry({ ...received(2, '안넝', 0.21), differsAt: 5 }, 60)[0];
    expect(syllable?.body.slice(syllable.odd)).toBe('넝');
  });

  it('that is a note has a mark of its own', () => {
    expect(lines(note(1, 'connected'), 40)).toEqual(['10:42:07 · connected']);
    expect(lines(note(2, 'refused', 'error'), 40)).toEqual(['10:42:07 ! refused']);
  });

  it('fits its pane, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 36, max: 120 }), (text, cells) => {
        for (const { time, body, tail } of wrapEntry(received(1, text, 12.3), cells))
          expect(cellWidth(time) + 3 + cellWidth(body) + (tail === '' ? 0 : 2 + cellWidth(tail))).toBeLessThanOrEqual(
            cells,
          );
      }),
    );
  });
});

describe('scrolling', () => {
  const entries = Array.from({ length: 40 }, (_, index) => sent(index + 1, 'word '.repeat(1 + ((index * 7) % 23))));
  const page = transcriptPage(entries, 36, 6);
  const all = entries.flatMap(page.wrap);

  it('shows the lines so far from the newest, and never less than a page', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -30, max: 30 }), { maxLength: 12 }), (moves) => {
        let anchor = null as ReturnType<typeof scrollBy>;
        let back = 0;
        for (const by of moves) {
          anchor = scrollBy(page, anchor, by);
          back = Math.max(0, Math.min(back + by, all.length - page.rows));
        }
        const bottom = all.length - back;
        expect(visibleLines(page, anchor).lines).toEqual(all.slice(bottom - page.rows, bottom));
      }),
    );
  });

  it('falls back to the oldest page when what was read is dropped', () => {
    const { lines: visible } = visibleLines({ ...page, entries: entries.slice(30) }, { key: 3, line: 0 });
    expect(visible[0]?.key).toBe('31.0');
    expect(visible).toHaveLength(page.rows);
  });

  it('stays within an entry that takes fewer lines at another width', () => {
    expect(visibleLines(transcriptPage(entries, 200, 6), { key: 20, line: 9 }).lines.at(-1)?.key).toBe('20.0');
  });
});
