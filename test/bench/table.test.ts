import { describe, expect, it } from 'vitest';
import { compare } from './comparison.ts';
import type { Peer, PeerName } from './peer.ts';
import { atLeast, atMost } from './reach.ts';
import type { Series } from './rounds.ts';
import { table } from './table.ts';
import type { Measure, Work } from './work.ts';

const peer = (name: PeerName, more: Partial<Peer> = {}): Peer => ({
  name,
  title: name,
  tcp: null,
  udp: null,
  isVariant: false,
  isFaithful: true,
  forks: false,
  ...more,
});

/** What the rounds showed of one measure, null for a round that failed. */
const series = (name: PeerName, rounds: readonly (number | null)[], errors = 0, more: Partial<Peer> = {}): Series => ({
  peer: peer(name, more),
  samples: rounds.map((rate) => (rate === null ? null : { figures: { rate }, errors, quiet: true })),
});

const work = (measure: Partial<Measure> = {}): Work => ({
  name: 'stream',
  title: 'a stream',
  transport: 'tcp',
  isFresh: false,
  measures: [{ name: 'rate', unit: '/s', reach: { c: atLeast(0.8) }, own: null, ...measure }],
  without: () => null,
  measure: () => Promise.reject(new Error('nothing is measured here')),
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

describe('comparison', () => {
  it('sets ours against each peer and says whether the reach is met', () => {
    const all = [series('serve', [80, 90, 100]), series('c', [100, 100, 100], 1), series('socat', [10, 20, 30])];
    expect(compare(work(), all)).toMatchObject([
      {
        ours: { title: 'serve', figure: 90, errors: 0, failures: 0 },
        theirs: { title: 'c', figure: 100, errors: 3, failures: 0 },
        ratio: { median: 0.9, lowest: 0.8, highest: 1 },
        reach: atLeast(0.8),
        met: true,
      },
      { theirs: { title: 'socat', figure: 20 }, ratio: { median: 4.5 }, reach: null, met: null },
    ]);
  });

  it('has not reached what it fell short of, by however little', () => {
    expect(compare(work(), [series('serve', [79.9]), series('c', [100])])).toMatchObject([{ met: false }]);
  });

  it('has not reached what could not be compared', () => {
    const all = [series('serve', [null, 80]), series('c', [100, null])];
    expect(compare(work(), all)).toMatchObject([
      { ours: { figure: 80, failures: 1 }, theirs: { figure: 100, failures: 1 }, ratio: null, met: false },
    ]);
  });

  it('takes a figure of ours by itself where that has a reach', () => {
    const [alone] = compare(work({ own: atMost(20) }), [series('serve', [21, 22, 19])]);
    expect(alone).toMatchObject({ ours: { figure: 21 }, theirs: null, ratio: null, reach: atMost(20), met: false });
  });

  it('sets ours in another set-up against ours', () => {
    const all = [series('serve', [50]), series('serve-2', [75], 0, { isVariant: true })];
    expect(compare(work(), all)).toMatchObject([
      {
        ours: { title: 'serve-2', figure: 75 },
        theirs: { title: 'serve', figure: 50 },
        ratio: { median: 1.5 },
        met: null,
      },
    ]);
  });
});

describe('table', () => {
  it('has a line for each comparison, its words once, and stands in columns', () => {
    const all = [series('serve', [1234.5, 1234.5]), series('c', [2000, 1000]), series('ncat', [3, 3], 700)];
    const text = table(compare(work({ own: atLeast(1000) }), all));
    expect(text.split('\n').map((line) => line.length)).toEqual(Array.from({ length: 5 }, () => text.indexOf('\n')));
    expect(rowsOf(text)).toEqual([
      ['a stream', 'rate, /s', 'serve', '1,230', '', '', '', '', 'ours ≥ 1000', 'yes', '0'],
      ['', '', 'serve', '1,230', 'c', '1,500', '0.926', '0.617–1.23', '≥ 0.8', 'yes', '0 : 0'],
      ['', '', 'serve', '1,230', 'ncat', '3.00', '412', '412–412', '', '', '0 : 1,400'],
    ]);
  });

  it('tells what failed, and does not make up a figure for it', () => {
    const [row] = rowsOf(table(compare(work(), [series('serve', [100, null, 300]), series('c', [null, null, null])])));
    expect(row?.slice(2)).toEqual([
      'serve',
      '200 (1 failed)',
      'c',
      'none (3 failed)',
      '',
      '',
      '≥ 0.8',
      '**no**',
      '0 : 0',
    ]);
  });

  it('says that there is no bound to a ratio where the other did nothing', () => {
    const [row] = rowsOf(table(compare(work(), [series('serve', [100]), series('c', [0], 321)])));
    expect(row?.slice(2)).toEqual(['serve', '100', 'c', '0', '∞', '∞–∞', '≥ 0.8', 'yes', '0 : 321']);
  });

  it('names the next workload again', () => {
    const compared = compare(work(), [series('serve', [1]), series('c', [1])]);
    const others = compared.map((comparison) => ({ ...comparison, work: 'another' }));
    expect(rowsOf(table([...compared, ...others])).map((row) => row.slice(0, 2))).toEqual([
      ['a stream', 'rate, /s'],
      ['another', 'rate, /s'],
    ]);
  });
});
