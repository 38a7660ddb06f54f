import { describe, expect, it } from 'vitest';
import { counterLines, stateLines, summaryLines } from '../../../src/screen/panes/counter-lines.ts';
import type { Span } from '../../../src/screen/row.tsx';
import { cellWidth } from '../../../src/text/width.ts';
import { connection, minute } from '../fixture.ts';

type Changes = Parameters<typeof connection>[1];

const textOf = (lines: readonly (readonly Span[])[]) =>
  lines.map((spans) =>
    spans
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
const lines = (cells: number, changes: Changes = {}) => textOf(counterLines(connection(7, changes), minute, cells));
const states = (cells: number, changes: Changes) => textOf(stateLines(connection(7, changes), cells));
const summary = (cells: number, changes: Changes = {}) => textOf(summaryLines(connection(7, changes), cells));

const finished = {
  how: 'fin',
  state: 'CLOSED',
  ourEnd: 'acknowledged',
  at: { recv: 0.4, send: 0.52, finReceived: 1_200, finSent: 1_200.1, close: 1_200.3 },
} as const;

describe('counters', () => {
  it('are exact, and as wide for little as for much', () => {
    const few = lines(45, { bytesIn: 12, reads: 1 });
    const many = lines(45, { bytesIn: 1_234_567_890, reads: 84_000 });
    expect(few[0]).toBe('in             12 B       1 read        0 B/s');
    expect(many[0]).toBe('in  1,234,567,890 B  84,000 reads       0 B/s');
  });

  it('count to the last exact number', () => {
    expect(lines(90, { bytesIn: 2 ** 53 })[0]).toContain('9,007,199,254,740,992 B');
  });

  it('show what is owed under chunk', () => {
    expect(lines(50, { bytesIn: 100, bytesOut: 40 })[2]).toBe('ESTABLISHED · echo chunk · owed 60 B');
    expect(lines(40, { bytesIn: 100, discipline: 'none' })[2]).toBe('ESTABLISHED · echo none');
  });

  it('show nothing as owed behind our FIN: it can not be paid any more', () => {
    const halfClosed = { bytesIn: 100, state: 'FIN_WAIT', at: { finSent: 5 } } as const;
    expect(lines(40, halfClosed)[2]).toBe('FIN_WAIT · echo chunk · opened 10:41:55');
  });

  it('show what the discipline holds, and until when', () => {
    expect(lines(90, { bytesIn: 2, held: 2, discipline: 'line' })[2]).toContain('echo line · holding 2 B until \\n · ');
    expect(lines(90, { bytesIn: 2, held: 2, discipline: 'eof' })[2]).toContain('echo eof · holding 2 B until FIN · ');
    expect(lines(90, { bytesIn: 2, discipline: 'line' })[2]).not.toContain('holding');
  });

  it('show the date and time of the opening where there is room', () => {
    expect(lines(60)[2]).toBe('ESTABLISHED · echo chunk · owed 0 B · opened Jan  5 10:41:55');
    expect(lines(59)[2]).toBe('ESTABLISHED · echo chunk · owed 0 B · opened 10:41:55');
    expect(lines(52)[2]).toBe('ESTABLISHED · echo chunk · owed 0 B');
  });

  it('show why nothing is read', () => {
    expect(states(60, { stalled: true })).toEqual(['! not reading (nor a FIN): peer does not take our bytes']);
    expect(states(60, { paused: true, stalled: true })).toEqual(['‖ not reading (nor a FIN): paused']);
    expect(states(60, { stalled: true, how: 'reset' }).join()).not.toContain('not reading');
  });

  it('are summed up in a line, as much of them as it has room for, with what is in the way below it', () => {
    const moved = { bytesIn: 12, bytesOut: 12, reads: 1, writes: 1 };
    expect(summary(76, moved)).toEqual(['ESTABLISHED · in 12 B · out 12 B · owed 0 B · echo chunk · 1 read, 1 write']);
    expect(summary(40, moved)).toEqual(['ESTABLISHED · in 12 B · out 12 B']);
    expect(summary(40, { paused: true })[1]).toBe('‖ not reading (nor a FIN): paused');
    expect(summary(60, { ...finished, ...moved })).toEqual([
      '1 read, 12 B; the peer sent FIN first; all 12 B echoed;',
      'closed cleanly after 1.20 s',
    ]);
  });

  it('never outgrow the pane', () => {
    for (let cells = 36; cells < 160; cells += 1) {
      const much = { stalled: true, bytesIn: 1e12, reads: 1e9 };
      for (const line of [...lines(cells, much), ...summary(cells, much), ...summary(cells, { ...finished, ...much })])
        expect(cellWidth(line)).toBeLessThanOrEqual(cells);
    }
  });
});
