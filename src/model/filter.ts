import type { Edge, Edges } from '../memory/recorder/edges-reader.ts';
import { isStream } from '../text/endpoint.ts';
import { EscapeError, unescapeText } from '../text/escapes.ts';
import { printable } from '../text/printable.ts';
import { parseSize, parseTime, QuantityError } from '../text/quantity.ts';
import { decodeBytes } from '../text/utf8.ts';
import { isStuck, owedOf } from './condition.ts';
import { type Token, tokensOf, type Value } from './filter-token.ts';
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
type Closed = Exclude<Value, { kind: 'open' }>;
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
  ['listener', ({ transport, local }: Connection) => `${transport}://${local}`],
  ['state', stateOf],
  ['transport', (row: Connection) => row.transport],
  ['echo', (row: Connection) => row.discipline],
  ['how', ({ how, error }: Connection) => (how === null ? 'open' : `${how} ${error ?? ''}`)],
]);

/** Fields that are searched in what an end has sent: the peer, and we. */
const payloadFields: ReadonlyMap<string, (edges: Edges) => Edge> = new Map([
  ['said', ({ recv }: Edges) => recv],
  ['got', ({ send }: Edges) => send],
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
  ['owed', { ...bytes, example: 'owed:>0', of: owedOf }],
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

const fields = [...wordFields.keys(), ...payloadFields.keys(), ...quantityFields.keys()].join(', ');

const compare: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['>', (a: number, b: number) => a > b],
  ['>=', (a: number, b: number) => a >= b],
  ['<', (a: number, b: number) => a < b],
  ['<=', (a: number, b: number) => a <= b],
  ['=', (a: number, b: number) => a === b],
]);

/**
 * Reads a filter: terms between blanks, all of which must hold; `or` between them separates groups, one of which must.
 * Never throws.
 *
 * - `text` anywhere in peer, state, transport or how it ended (`open` until then); case does not matter
 * - `state:close_wait`, `peer:`, `local:`, `listener:udp`, `transport:`, `echo:`, `how:` in that field
 * - `said:TEXT` in what the peer sent, `got:TEXT` in what we sent it, with the escapes of the prompt: in the first and the
 *   last 2 KiB of the direction
 * - `/regex/`, `/regex/i` in what either end sent or in a plain word's fields; `said:/^GET/` in one field alone
 * - `stuck`: an open one whose peer takes nothing, or that owes bytes and has moved none for a second
 * - `in:>1MB`, `out:<=64KiB`, `owed:>0`, `id:3`, `rate:>0` (both directions, bytes per second), `age:>30s`, `idle:>5m`,
 *   with `>`, `>=`, `<`, `<=` or `=` (the default)
 * - `"two words"`, `said:"a text"` have blanks in them
 * - `!term` is the opposite of `term`
 */
export const parseFilter = (text: string): FilterResult => {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: true, filter: noFilter };
  try {
    const groups = groupsOf(tokensOf(trimmed)).map((tokens) => tokens.map(parseTerm));
    return {
      ok: true,
      filter: {
        text: trimmed,
        isAging: groups.flat().some(({ isAging }) => isAging),
        matches: (row, nowMs) => groups.some((terms) => terms.every(({ test }) => test(row, nowMs))),
      },
    };
  } catch (error) {
    if (error instanceof TermError) return { ok: false, problem: error.message };
    throw error;
  }
};

/** The terms between one `or` and the next. */
const groupsOf = (tokens: readonly Token[]): readonly (readonly Token[])[] => {
  const groups: Token[][] = [[]];
  for (const token of tokens) {
    const isOr = token.field === null && token.value.kind === 'word' && token.value.text.toLowerCase() === 'or';
    if (isOr && token.text.length === 2) groups.push([]);
    else if (isOr) throw new TermError('"or" cannot be negated; each term can: !udp or !state:close_wait');
    else groups.at(-1)?.push(token);
  }
  if (groups.every((group) => group.length > 0)) return groups;
  throw new TermError('"or" wants a term before it and one behind it: stuck or how:reset');
};

const parseTerm = (token: Token): Term => {
  const { isAging, test } = parsePlain(token);
  return { isAging, test: token.isNegated ? (row, nowMs) => !test(row, nowMs) : test };
};

const parsePlain = ({ field, value }: Token): Term => {
  if (value.kind === 'open')
    throw new TermError(
      value.mark === '"'
        ? 'a text in quotes ends with " and a blank: said:"two words"'
        : 'a regular expression is between two slashes, with letters such as i behind it: /get|post/i',
    );
  if (field === null) return anyTerm(value);
  const word = wordFields.get(field);
  if (word !== undefined) return wordTerm(field, value, word);
  const payload = payloadFields.get(field);
  if (payload !== undefined) return { isAging: false, test: inPayload([payload], searchOf(field, value)) };
  const quantity = quantityFields.get(field);
  if (quantity !== undefined) return quantityTerm(field, textOf(value), quantity);
  // `dead::1` is an address, not a field.
  if (value.kind === 'word' && value.text.startsWith(':'))
    return { isAging: false, test: inAnyWord(`${field}:${value.text}`) };
  throw new TermError(`"${printable(field)}:" is no field; there are ${fields}`);
};

/** A term without a field. */
const anyTerm = (value: Closed): Term => {
  if (value.kind === 'regex') {
    const holds = regexOf(value);
    const inData = inPayload([...payloadFields.values()], holds);
    const test: Test = (row, nowMs) => anyWord.some((word) => holds(word(row))) || inData(row, nowMs);
    return { isAging: false, test };
  }
  if (value.text === '') throw new TermError('! negates the term behind it: !udp, !state:close_wait');
  if (value.kind === 'word' && value.text.toLowerCase() === 'stuck') return { isAging: true, test: isStuck };
  return { isAging: false, test: inAnyWord(value.text) };
};

const textOf = (value: Closed): string => (value.kind === 'regex' ? `/${value.source}/${value.flags}` : value.text);

/** Whether a text has what a term looks for. */
type Search = (text: string) => boolean;

const regexOf = ({ source, flags }: { readonly source: string; readonly flags: string }): Search => {
  // With g or y a RegExp remembers where it was.
  if (/[^imsu]/.test(flags)) throw new TermError(`/${printable(source)}/ may be followed by i, m, s and u alone`);
  try {
    const regex = new RegExp(source, flags);
    return (text) => regex.test(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const why = error.message.slice(error.message.lastIndexOf(': ') + 2);
    throw new TermError(printable(`/${source}/${flags} is no regular expression: ${why}`));
  }
};

/** How the payload is searched: by a regular expression, or for bytes, where case does not matter. */
const searchOf = (field: string, value: Closed): Search => {
  if (value.kind === 'regex') return regexOf(value);
  if (value.text === '') throw new TermError(`${field}: wants a text behind it, such as ${field}:hello`);
  try {
    const wanted = decodeBytes(unescapeText(value.text)).toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  } catch (error) {
    if (!(error instanceof EscapeError)) throw error;
    throw new TermError(`${field}: "${printable(value.text)}" ${error.message}`);
  }
};

/** Between the first and the last bytes of a direction where some are missing: no byte is read as it. */
const gap = '\uDC00';

const inPayload = (sides: readonly ((edges: Edges) => Edge)[], holds: Search): Test => {
  // A row is another object once a byte has moved. 10,000 silent ones are not read again at each picture.
  const known = new WeakMap<Connection, boolean>();
  return (row) => {
    const before = known.get(row);
    if (before !== undefined) return before;
    const edges = row.edges();
    const found = edges !== null && sides.some((side) => holds(payloadText(side(edges))));
    if (edges !== null && isWhole(edges, row)) known.set(row, found);
    return found;
  };
};

/** The row counts bytes a moment before they can be read here. */
const isWhole = ({ recv, send }: Edges, row: Connection): boolean =>
  recv.length === row.bytesIn &&
  send.length === row.bytesOut &&
  [recv, send].every(({ length, first }) => length === 0 || first.length > 0);

const payloadText = ({ length, first, last }: Edge): string => {
  if (last.length === 0) return decodeBytes(first);
  if (first.length + last.length === length) return decodeBytes(Buffer.concat([first, last]));
  return `${decodeBytes(first)}${gap}${decodeBytes(last)}`;
};

const wordTerm = (field: string, value: Closed, word: (row: Connection) => string): Term => {
  if (value.kind === 'regex') {
    const holds = regexOf(value);
    return { isAging: false, test: (row) => holds(word(row)) };
  }
  if (value.text === '') throw new TermError(`${field}: wants a word behind it, such as ${field}:${exampleOf(field)}`);
  const wanted = plain(value.text);
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
  ({
    peer: '127.0.0.1',
    local: ':8080',
    listener: 'udp',
    state: 'close_wait',
    transport: 'udp',
    echo: 'line',
    how: 'reset',
  })[name] ?? '';
