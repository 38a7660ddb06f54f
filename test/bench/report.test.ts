import { describe, expect, it } from 'vitest';
import { benchItself } from './load.ts';
import { unpinned } from './machine.ts';
import { atLeast, type Comparison, type Side } from './ratios.ts';
import { method, placement, repetition, table, trials } from './report.ts';
import { workloadsOf } from './workloads.ts';

const side = (title: string, figure: number | null, more: Partial<Side> = {}): Side => ({
  title,
  figure,
  errors: 0,
  failures: 0,
  ...more,
});

const comparison = (more: Partial<Comparison> = {}): Comparison => ({
  workload: 'a stream',
  measure: 'rate',
  unit: '/s',
  ours: side('`serve`', 1234.5),
  theirs: side('c', 1500),
  ratio: { median: 0.9261, lowest: 0.6172, highest: 1.234 },
  apart: 0.0123,
  target: atLeast(0.8),
  met: true,
  ...more,
});

/** The cells of each line below the head. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe('table', () => {
  it('has a line for each comparison, its words once, and stands in columns', () => {
    const text = table([
      comparison({ theirs: null, ratio: null, apart: null, target: atLeast(1000) }),
      comparison(),
      comparison({ theirs: side('ncat', 3, { errors: 1400 }), target: null, met: null, apart: 0.0512 }),
    ]);
    expect(text.split('\n').map((line) => line.length)).toEqual(Array.from({ length: 5 }, () => text.indexOf('\n')));
    expect(rowsOf(text)).toEqual([
      ['a stream', 'rate, /s', '1,230', '', '', '', '', '', 'ours ≥ 1000', 'yes', '0'],
      ['', '', '1,230', 'c', '1,500', '0.926', '0.617–1.23', '1.2 %', '≥ 0.8', 'yes', '0 : 0'],
      ['', '', '1,230', 'ncat', '3.00', '0.926', '0.617–1.23', '5.1 %', '', '', '0 : 1,400'],
    ]);
  });

  it('tells what failed, and does not make up a figure for it', () => {
    const failed = {
      ours: side('`serve`', 200, { failures: 1 }),
      theirs: side('c', null, { failures: 3 }),
      ratio: null,
      apart: null,
      met: false,
    };
    const [row] = rowsOf(table([comparison(failed)]));
    expect(row?.slice(2)).toEqual(['200 (1 failed)', 'c', 'none (3 failed)', '', '', '', '≥ 0.8', '**no**', '0 : 0']);
  });

  it('says that there is no bound to a ratio where the other did nothing', () => {
    const ratio = { median: Infinity, lowest: Infinity, highest: Infinity };
    const [row] = rowsOf(table([comparison({ theirs: side('c', 0, { errors: 321 }), ratio, apart: 0 })]));
    expect(row?.slice(2)).toEqual(['1,230', 'c', '0', '∞', '∞–∞', '0.0 %', '≥ 0.8', 'yes', '0 : 321']);
  });

  it('names the next workload again', () => {
    expect(rowsOf(table([comparison(), comparison({ workload: 'another' })])).map((row) => row.slice(0, 2))).toEqual([
      ['a stream', 'rate, /s'],
      ['another', 'rate, /s'],
    ]);
  });
});

describe('repetition', () => {
  it('is said of all ratios where both passes agree', () => {
    const alone = comparison({ theirs: null, ratio: null, apart: null });
    expect(repetition([alone, comparison({ apart: 0.05 })])).toBe('Both passes agree within 5 % in every ratio.');
  });

  it('names the ratios that did not repeat', () => {
    const p99 = { measure: 'p99', apart: 0.072 };
    const all = [
      comparison(),
      comparison(p99),
      comparison({ ...p99, theirs: side('socat', 1), apart: 0.3 }),
      comparison({ apart: Infinity }),
    ];
    expect(repetition(all)).toBe(
      'These ratios did not repeat within 5 %: a stream, p99, against c (7.2 %), socat (30.0 %); a stream, rate, against c (∞).',
    );
  });

  it('is not known of one pass', () => {
    expect(repetition([comparison({ apart: null })])).toMatch(/^One pass/u);
  });
});

describe('method', () => {
  const effort = { rounds: 6, seconds: 0.5, warmUpSeconds: 2, waits: true, crowd: 1 };
  const named = (...names: readonly string[]) => workloadsOf(benchItself).filter(({ name }) => names.includes(name));
  const start = '6 rounds of 0.5 s for each server, in pairs of slices (ours, theirs; theirs, ours), in two passes';

  it.each([
    [['pingpong', 'udp'], 'with new servers, after 2 s to get warm.'],
    [['idle'], 'with new servers, one round a pass of 8,000 idle connections.'],
    [['udp', 'idle'], 'with new servers, after 2 s to get warm, one round a pass of 8,000 idle connections.'],
  ])('of %j tells whose servers were warm', (names, warmth) => {
    expect(method(effort, named(...names), 'bench')).toBe(`${start} ${warmth}`);
  });

  it('names another generator than bench', () => {
    expect(method(effort, named('udp'), 'c')).toMatch(/^The load generator in C, 6 rounds /u);
  });

  it('says that one round makes one pass', () => {
    expect(method({ ...effort, rounds: 1 }, named('udp'), 'bench')).toContain('in one pass');
  });
});

it('the placement names both cores, or why nothing is pinned', () => {
  const both = [
    { server: 4, load: 7 },
    { server: 7, load: 4 },
  ] as const;
  expect(placement({ placements: both, why: null })).toBe(
    'Pinned: the server with all its threads to core 4 and the load to core 7, then the other way round.',
  );
  expect(placement(unpinned('no taskset'))).toBe('Not pinned: no taskset.');
});

it('a trial is well where no slice of either side failed or had an error', () => {
  const well = { figures: {}, errors: 0 };
  const trial = (pair: Parameters<typeof trials>[1][number]['rounds'][number]['pairs'][number]) =>
    trials('udp', [{ peer: { name: 'c', title: 'C' }, rounds: [{ pairs: [pair], quiet: true }] }]);
  expect(trial({ ours: well, theirs: well })).toEqual(['ok - udp: serve, c']);
  expect(trial({ ours: null, theirs: well })).toEqual(['not ok - udp: serve, c: 1 failed, 0 errors']);
  expect(trial({ ours: well, theirs: { figures: {}, errors: 2 } })).toEqual([
    'not ok - udp: serve, c: 0 failed, 2 errors',
  ]);
});
