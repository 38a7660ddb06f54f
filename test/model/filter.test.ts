import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/model/filter.ts';
import type { Connection } from '../../src/model/snapshot.ts';
import { connection, nowMs } from '../screen/fixture.ts';

const rows: readonly Connection[] = [
  connection(1, { bytesIn: 2_000_000, bytesOut: 65_536, rate: { in: 10, out: 0 }, ageMs: 5_000 }),
  connection(2, { state: 'CLOSE_WAIT', bytesIn: 12, ageMs: 40_000, activeAt: nowMs - 35_000, discipline: 'line' }),
  connection(3, { transport: 'udp', peer: '[2001:db8::dead]:40001', local: '[::1]:9000', ageMs: 31_000 }),
  connection(4, { state: 'CLOSED', how: 'reset', error: 'ECONNRESET', ageMs: 90_000, at: { close: 1_000 } }),
];

/** The numbers of the connections that a filter lets through. */
const found = (text: string): readonly number[] => {
  const parsed = parseFilter(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return rows.filter((row) => parsed.filter.matches(row, nowMs)).map(({ id }) => id);
};

const problem = (text: string): string => {
  const parsed = parseFilter(text);
  return parsed.ok ? 'none' : parsed.problem;
};

describe('filter', () => {
  it.each([
    ['', [1, 2, 3, 4]],
    ['   ', [1, 2, 3, 4]],
    ['udp', [3]],
    ['tcp', [1, 2, 4]],
    ['127.0.0.1:53002', [2]],
    [':5300', [1, 2, 4]],
    ['db8::dead', [3]],
    ['ECONNRESET', [4]],
    ['open', [1, 2, 3]],
    ['closed', [4]],
    ['state:close_wait', [2]],
    ['state:close-wait', [2]],
    ['STATE:Established', [1]],
    ['state:udp', [3]],
    ['how:reset', [4]],
    ['peer:db8', [3]],
    ['local::9000', [3]],
    ['echo:line', [2]],
    ['id:3', [3]],
    ['id:>=3', [3, 4]],
    ['in:>1MB', [1]],
    ['in:12', [2]],
    ['in:=12', [2]],
    ['out:<=64KiB', [1, 2, 3, 4]],
    ['out:<64KiB', [2, 3, 4]],
    ['rate:>0', [1]],
    ['rate:>=10B/s', [1]],
    ['age:>30s', [2, 3]],
    ['idle:>30s', [2]],
    ['!udp', [1, 2, 4]],
    ['!!udp', [3]],
    ['!age:>30s', [1, 4]],
    ['tcp !closed in:>0', [1, 2]],
  ])('%j lets through %j', (text, ids) => {
    expect(found(text)).toEqual(ids);
  });

  it.each([
    ['!', '! negates the term behind it: !udp, !state:close_wait'],
    ['state:', 'state: wants a word behind it, such as state:close_wait'],
    ['in:>', 'in: wants a value behind it, such as in:>1MB'],
    ['udp in:>many', 'in: cannot be compared with "many"; write it as in:>1MB'],
    ['age:>30', 'age: cannot be compared with "30"; write it as age:>30s'],
    [
      'colour:red',
      '"colour:" is no field; there are peer, local, state, transport, echo, how, id, in, out, rate, age, idle',
    ],
    ['in:>\x1b[2J', 'in: cannot be compared with "\\x1B[2J"; write it as in:>1MB'],
  ])('%j is refused', (text, message) => {
    expect(problem(text)).toBe(message);
  });

  it('knows whether time alone changes its answer', () => {
    const isAging = (text: string) => {
      const parsed = parseFilter(text);
      return parsed.ok && parsed.filter.isAging;
    };
    expect(['udp', 'in:>1', 'age:>1s', '!idle:<5m udp'].map(isAging)).toEqual([false, false, true, true]);
  });
});

const numeral = fc.constantFrom('0', '1', '12', '1.5', '64KiB', '1MB', '30s', '500ms', '');
const term = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .tuple(
      fc.constantFrom('in', 'out', 'rate', 'id', 'age', 'idle'),
      fc.constantFrom('>', '>=', '<', '<=', '=', ''),
      numeral,
    )
    .map(([name, sign, value]) => `${name}:${sign}${value}`),
  fc
    .tuple(fc.constantFrom('state', 'peer', 'how', 'echo', 'transport'), fc.constantFrom('close', 'tcp', '1', ''))
    .map(([name, value]) => `${name}:${value}`),
);

describe('any filter', () => {
  it('is read or refused, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(term), (noise, terms) => {
        for (const text of [noise, terms.join(' ')]) {
          const parsed = parseFilter(text);
          if (parsed.ok) for (const row of rows) parsed.filter.matches(row, nowMs);
          else expect(parsed.problem).toMatch(/^[^\p{Cc}]+$/u);
        }
      }),
    );
  });

  it('lets through exactly what its negation holds back', () => {
    fc.assert(
      fc.property(
        term.filter((text) => /^\S+$/.test(text)),
        (text) => {
          const [straight, negated] = [parseFilter(text), parseFilter(`!${text}`)];
          expect(negated.ok).toBe(straight.ok);
          if (!straight.ok || !negated.ok) return;
          for (const row of rows) expect(negated.filter.matches(row, nowMs)).toBe(!straight.filter.matches(row, nowMs));
        },
      ),
    );
  });

  it('of several terms lets through what each of them does', () => {
    fc.assert(
      fc.property(fc.array(term.filter((text) => /^\S+$/.test(text) && parseFilter(text).ok)), (terms) => {
        const each = terms.map(found);
        expect(found(terms.join(' '))).toEqual(
          rows.map(({ id }) => id).filter((id) => each.every((ids) => ids.includes(id))),
        );
      }),
    );
  });
});
