import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseFilter } from '../../src/model/filter.ts';
import type { Connection } from '../../src/model/snapshot.ts';
import { connection, nowMs, saying } from '../screen/fixture.ts';

const rows: readonly Connection[] = [
  connection(1, { bytesIn: 2_000_000, bytesOut: 65_536, rate: { in: 10, out: 0 }, ageMs: 5_000, stalled: true }),
  connection(2, {
    state: 'CLOSE_WAIT',
    bytesIn: 12,
    ageMs: 40_000,
    activeAt: nowMs - 35_000,
    discipline: 'line',
    held: 12,
    edges: saying('HELLO world\n\xff', 'a/b "c"'),
  }),
  connection(3, {
    transport: 'udp',
    peer: '[2001:db8::dead]:40001',
    local: '[::1]:9000',
    ageMs: 31_000,
    edges: saying('GET / HTTP/1.1\r\n'),
  }),
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
    ['stuck', [1]],
    ['!stuck', [2, 3, 4]],
    ['owed:>0', [1]],
    ['listener:udp', [3]],
    ['listener::8080', [1, 2, 4]],
    ['said:hello', [2]],
    ['said:"hello W"', [2]],
    ['said:d\\n', [2]],
    ['said:\\r\\n', [3]],
    ['said:/^GET/', [3]],
    ['said:/^get/', []],
    ['said:/^get/i', [3]],
    ['got:"a/b \\"c\\""', [2]],
    ['got:hello', []],
    ['/HELLO w|HTTP/', [2, 3]],
    ['/[/]b/', [2]],
    ['/\\/b/', [2]],
    ['/^127.*3$/', []],
    ['/^127.*:53004$/', [4]],
    ['peer:/^127/', [1, 2, 4]],
    ['!/HELLO/', [1, 3, 4]],
    ['udp or how:reset', [3, 4]],
    ['stuck OR tcp closed or said:HELLO', [1, 2, 4]],
    ['"or"', []],
    ['"close_wait"', [2]],
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
      '"colour:" is no field; there are peer, local, listener, state, transport, echo, how, said, got, id, in, out, owed, rate, age, idle',
    ],
    ['or udp', '"or" wants a term before it and one behind it: stuck or how:reset'],
    ['udp or', '"or" wants a term before it and one behind it: stuck or how:reset'],
    ['udp or or tcp', '"or" wants a term before it and one behind it: stuck or how:reset'],
    ['udp !or tcp', '"or" cannot be negated; each term can: !udp or !state:close_wait'],
    ['said:', 'said: wants a text behind it, such as said:hello'],
    ['said:"hel', 'a text in quotes ends with " and a blank: said:"two words"'],
    ['said:"a"b', 'a text in quotes ends with " and a blank: said:"two words"'],
    ['said:a\\q', 'said: "a\\q" at 2: no such escape; write \\\\ for a backslash, or \\n \\r \\t \\0 \\xHH \\u{…}'],
    ['/get', 'a regular expression is between two slashes, with letters such as i behind it: /get|post/i'],
    ['/(/', '/(/ is no regular expression: Unterminated group'],
    ['/a/g', '/a/ may be followed by i, m, s and u alone'],
    ['owed:/1/', 'owed: cannot be compared with "/1/"; write it as owed:>0'],
    ['in:>\x1b[2J', 'in: cannot be compared with "\\x1B[2J"; write it as in:>1MB'],
  ])('%j is refused', (text, message) => {
    expect(problem(text)).toBe(message);
  });

  it('finds what owes bytes and stands still for a second, and not what a user has paused', () => {
    const stuck = (changes: Parameters<typeof connection>[1]) => {
      const parsed = parseFilter('stuck');
      return parsed.ok && parsed.filter.matches(connection(1, { bytesIn: 5, ...changes }), nowMs);
    };
    expect(stuck({ activeAt: nowMs - 1_000 })).toBe(true);
    expect(stuck({ activeAt: nowMs - 999 })).toBe(false);
    expect(stuck({ activeAt: nowMs - 1_000, paused: true })).toBe(false);
    expect(stuck({ activeAt: nowMs - 1_000, held: 5, discipline: 'line' })).toBe(false);
    expect(stuck({ activeAt: nowMs - 1_000, at: { finSent: 1 } })).toBe(false);
  });

  it('reads what was said once while no byte moves, and again where the row was ahead of it', () => {
    const parsed = parseFilter('said:hello');
    const matches = (row: Connection) => parsed.ok && parsed.filter.matches(row, nowMs);
    const whole = vi.fn(saying('hello'));
    const settled = connection(1, { bytesIn: 5, edges: whole });
    expect([matches(settled), matches(settled)]).toEqual([true, true]);
    expect(whole).toHaveBeenCalledTimes(1);
    let edges = saying('');
    const ahead = connection(2, { bytesIn: 5, edges: () => edges() });
    expect(matches(ahead)).toBe(false);
    edges = saying('hello');
    expect(matches(ahead)).toBe(true);
  });

  it('searches the first and the last bytes, and nothing across what is missing between them', () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const edge = (length: number) => ({ length, first: bytes('begin'), last: bytes('end') });
    const holds = (text: string, length: number) => {
      const parsed = parseFilter(text);
      const edges = { recv: edge(length), send: edge(length) };
      return parsed.ok && parsed.filter.matches(connection(1, { edges: () => edges }), nowMs);
    };
    expect(['said:end', 'said:/end$/', 'said:beginend', 'said:/^end/'].map((text) => holds(text, 99))).toEqual([
      ...[true, true],
      ...[false, false],
    ]);
    expect(holds('said:beginend', 8)).toBe(true);
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
    .tuple(
      fc.constantFrom('state', 'peer', 'how', 'echo', 'listener', 'said', 'got'),
      fc.constantFrom('close', 'tcp', '1', '', '"a"', '"', '/^G/', '/(/', '\\n', '\\'),
    )
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
