import { isStream } from '../text/endpoint.ts';
import { printable } from '../text/printable.ts';
import { parseSize, parseTime, QuantityError } from '../text/quantity.ts';
import type { Connection } from './snapshot.ts';

/** Selects connections. */
export interface Filter {
  /** As it was typed, trimmed; empty where every connection matches. */
  readonly text: string;
  /** Whether the result for a row may change with time alone. */
  readonly isAging: boolean;
  /** `nowMs` is monotonic. */
  readonly matches: (row: Connection, nowMs: number) => boolean;
}

/** A filter, or one line that says what is wrong with a term and how to write it. */
export type FilterResult =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly problem: string };

type Test = Filter['matches'];
type Term = { readonly isAging: boolean; readonly test: Test };

/** A term that cannot be read; becomes the `problem` of the result. */
class TermError extends Error {
  override readonly name = 'TermError';
}

/** Matches every connection. */
export const noFilter: Filter = { text: '', isAging: false, matches: () => true };

const ageOf = ({ at }: Connection, nowMs: number): number | null =>
  at.accept === null ? null : (at.close ?? nowMs) - at.accept;

/** The state as the list shows it. */
const stateOf = ({ how, transport, state }: Connection): string =>
  how === null && !isStream(transport) ? transport.toUpperCase() : state;

/** Fields that are compared as words. */
const wordFields: ReadonlyMap<string, (row: Connection) => string> = new Map([
  ['peer', (row: Connection) => row.peer],
  ['local', (row: Connection) => row.local],
  ['state', stateOf],
  ['transport', (row: Connection) => row.transport],
  ['echo', (row: Connection) => row.discipline],
  ['how', ({ how, error }: Connection) => (how === null ? 'open' : `${how} ${error ?? ''}`)],
]);

/** A field that is compared as a number. */
interface QuantityField {
  readonly example: string;
  readonly isAging: boolean;
  readonly parse: (text: string) => number;
  /** Null where the row has none. */
  readonly of: (row: Connection, nowMs: number) => number | null;
}

const bytes = { isAging: false, parse: parseSize } as const;
const times = { isAging: true, parse: parseTime } as const;

const quantityFields: ReadonlyMap<string, QuantityField> = new Map([
  ['id', { isAging: false, parse: parseSize, example: 'id:3', of: (row: Connection) => row.id }],
  ['in', { ...bytes, example: 'in:>1MB', of: (row: Connection) => row.bytesIn }],
  ['out', { ...bytes, example: 'out:<=64KiB', of: (row: Connection) => row.bytesOut }],
  [
    'rate',
    {
      isAging: false,
      parse: (text: string) => parseSize(text.replace(/\/s$/i, '')),
      example: 'rate:>0',
      of: ({ rate }: Connection) => rate.in + rate.out,
    },
  ],
  ['age', { ...times, example: 'age:>30s', of: ageOf }],
  [
    'idle',
    {
      ...times,
      example: 'idle:>30s',
      of: ({ how, activeAt }: Connection, nowMs: number) => (how === null ? nowMs - activeAt : null),
    },
  ],
]);

const fields = [...wordFields.keys(), ...quantityFields.keys()].join(', ');

const compare: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['>', (a: number, b: number) => a > b],
  ['>=', (a: number, b: number) => a >= b],
  ['<', (a: number, b: number) => a < b],
  ['<=', (a: number, b: number) => a <= b],
  ['=', (a: number, b: number) => a === b],
]);

/**
 * Reads a filter: terms between blanks, all of which must hold. Never throws.
 *
 * - `text` anywhere in peer, state, transport or how it ended (`open` until then); case does not matter
 * - `state:close_wait`, `peer:`, `local:`, `transport:`, `echo:`, `how:` in that field
 * - `in:>1MB`, `out:<=64KiB`, `id:3`, `rate:>0` (both directions, bytes per second), `age:>30s`, `idle:>5m`, with `>`,
 *   `>=`, `<`, `<=` or `=` (the default)
 * - `!term` is the opposite of `term`
 */
export const parseFilter = (text: string): FilterResult => {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: true, filter: noFilter };
  try {
    const terms = trimmed.split(/\s+/).map(parseTerm);
    return {
      ok: true,
      filter: {
        text: trimmed,
        isAging: terms.some(({ isAging }) => isAging),
        matches: (row, nowMs) => terms.every(({ test }) => test(row, nowMs)),
      },
    };
  } catch (error) {
    if (error instanceof TermError) return { ok: false, problem: error.message };
    throw error;
  }
};

const parseTerm = (term: string): Term => {
  const [, bangs = '', rest = ''] = /^(!*)(.*)$/s.exec(term) ?? [];
  if (rest === '') throw new TermError('! negates the term behind it: !udp, !state:close_wait');
  const { isAging, test } = parsePlain(rest);
  return { isAging, test: bangs.length % 2 === 0 ? test : (row, nowMs) => !test(row, nowMs) };
};

const parsePlain = (term: string): Term => {
  const [, name = '', value = ''] = /^([a-z]+):(.*)$/is.exec(term) ?? [];
  const field = name.toLowerCase();
  const word = wordFields.get(field);
  if (word !== undefined) return wordTerm(field, value, word);
  const quantity = quantityFields.get(field);
  if (quantity !== undefined) return quantityTerm(field, value, quantity);
  // `dead::1` is an address, not a field.
  if (name === '' || value.startsWith(':')) return { isAging: false, test: inAnyWord(term) };
  throw new TermError(`"${printable(name)}:" is no field; there are ${fields}`);
};

const wordTerm = (field: string, value: string, word: (row: Connection) => string): Term => {
  if (value === '') throw new TermError(`${field}: wants a word behind it, such as ${field}:${exampleOf(field)}`);
  const wanted = plain(value);
  return { isAging: false, test: (row) => plain(word(row)).includes(wanted) };
};

const quantityTerm = (name: string, value: string, { example, isAging, parse, of }: QuantityField): Term => {
  const [, sign = '', digits = ''] = /^([<>]=?|=?)(.*)$/s.exec(value) ?? [];
  const holds = compare.get(sign === '' ? '=' : sign);
  if (holds === undefined || digits === '') throw new TermError(`${name}: wants a value behind it, such as ${example}`);
  const limit = quantityOf(digits, name, example, parse);
  const test: Test = (row, nowMs) => {
    const actual = of(row, nowMs);
    return actual !== null && holds(actual, limit);
  };
  return { isAging, test };
};

const quantityOf = (text: string, name: string, example: string, parse: QuantityField['parse']): number => {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    throw new TermError(`${name}: cannot be compared with "${printable(text)}"; write it as ${example}`);
  }
};

/** `CLOSE-WAIT` and `close_wait` are the same. */
const plain = (text: string): string => {
  const lower = text.toLowerCase();
  // Called for every row at every typed character: this check makes it three times as fast.
  return lower.includes('-') ? lower.replaceAll('-', '_') : lower;
};

const anyWord = ['peer', 'state', 'transport', 'how'].flatMap((name) => wordFields.get(name) ?? []);

const inAnyWord = (term: string): Test => {
  const wanted = plain(term);
  return (row) => anyWord.some((word) => plain(word(row)).includes(wanted));
};

const exampleOf = (name: string): string =>
  ({ peer: '127.0.0.1', local: ':8080', state: 'close_wait', transport: 'udp', echo: 'line', how: 'reset' })[name] ??
  '';
