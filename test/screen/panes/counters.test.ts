import { describe, expect, it } from 'vitest';
import { counterLines, stageLines, stagesOf } from '../../../src/screen/panes/counters.tsx';
import { cellWidth } from '../../../src/text/width.ts';
import { connection, minute } from '../fixture.ts';

const lines = (cells: number, changes: Parameters<typeof connection>[1] = {}) =>
  counterLines(connection(7, changes), minute, cells).map((spans) =>
    spans
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

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
    expect(lines(60, finished)[2]).toBe('CLOSED · echo chunk · opened Jan  5 10:41:55');
  });

  it('show why nothing is read', () => {
    expect(lines(60, { stalled: true })[3]).toBe('! not reading (nor a FIN): peer does not take our bytes');
    expect(lines(60, { paused: true, stalled: true })[3]).toBe('‖ not reading (nor a FIN): paused');
    expect(lines(60, { stalled: true, how: 'reset' }).join()).not.toContain('not reading');
  });

  it('never outgrow the pane', () => {
    for (let cells = 36; cells < 160; cells += 1) {
      for (const line of lines(cells, { ...finished, stalled: true, bytesIn: 1e12, reads: 1e9 }))
        expect(cellWidth(line)).toBeLessThanOrEqual(cells);
    }
  });
});

describe('stages', () => {
  it('are in the order of time', () => {
    const early = connection(7, { at: { recv: 3, send: 4, finSent: 1, finReceived: 5 } });
    expect(stagesOf(early).map(({ name }) => name)).toEqual(['accept', 'shutdown', 'recv', 'send', 'FIN received']);
  });

  it('show how it ended', () => {
    const reset = connection(7, { how: 'reset', error: 'ECONNRESET', at: { close: 9 } });
    expect(stagesOf(reset).at(-1)).toEqual({ name: 'closed (reset ECONNRESET)', sinceMs: 9 });
  });

  it('show how long a closed connection lived, in hours, minutes and seconds', () => {
    expect(stageLines(connection(7, { how: 'idle', at: { close: 3_723_000 } }), 60)).toEqual([
      'accept ─ closed (idle) +1:02:03',
    ]);
  });

  it('break before a stage that does not fit', () => {
    expect(stageLines(connection(7, finished), 60)).toEqual([
      'accept ─ recv +0.40 ms ─ send +0.52 ms',
      '─ FIN received +1.20 s ─ FIN sent +1.20 s',
      '─ closed (fin) +1.20 s',
    ]);
  });
});
