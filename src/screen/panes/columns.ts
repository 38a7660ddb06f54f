import { owedOf } from '../../model/condition.ts';
import type { Connection } from '../../model/snapshot.ts';
import { type Order, type SortKey, sortKeys } from '../../model/sort-order.ts';
import { isStream } from '../../text/endpoint.ts';
import { clockDate, clockTime, duration, size, startOfDay } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { completeLength } from '../../text/utf8.ts';
import { cellWidth, fit } from '../../text/width.ts';
import { glyphs } from '../glyphs.ts';

/** The list is not sorted by what was said: that would read the payload of every connection for each picture. */
export type ColumnName = SortKey | 'said';

/** A column of the list. Its place does not depend on its contents, so that nothing jumps. */
export interface Column {
  readonly name: ColumnName;
  readonly heading: string;
  readonly align: 'left' | 'right';
  readonly cells: number;
}

/** Cells of the marks before each row: selected, and not reading. */
export const markCells = 2;

/** Useful widths of the columns that stretch. */
const peerCells = { min: 15, ipv4: 21, you: 25, max: 47 } as const;
const stateCells = { min: 11, max: 16 } as const;
const saidCells = { min: 11, short: 15, good: 32 } as const;
/** Bytes of what a peer said that are drawn at most: more than any window has room for in one row. */
const saidBytes = 256;

const columns: Readonly<Record<ColumnName, Column>> = {
  id: { name: 'id', heading: '#', align: 'right', cells: 2 },
  peer: { name: 'peer', heading: 'peer', align: 'left', cells: peerCells.min },
  state: { name: 'state', heading: 'state', align: 'left', cells: stateCells.min },
  opened: { name: 'opened', heading: 'opened', align: 'right', cells: 8 },
  in: { name: 'in', heading: 'in', align: 'right', cells: 7 },
  out: { name: 'out', heading: 'out', align: 'right', cells: 7 },
  rateIn: { name: 'rateIn', heading: 'in/s', align: 'right', cells: 7 },
  rateOut: { name: 'rateOut', heading: 'out/s', align: 'right', cells: 7 },
  active: { name: 'active', heading: 'last', align: 'right', cells: 8 },
  owed: { name: 'owed', heading: 'owed', align: 'right', cells: 7 },
  listener: { name: 'listener', heading: 'listener', align: 'left', cells: 8 },
  echo: { name: 'echo', heading: 'echo', align: 'left', cells: 5 },
  said: { name: 'said', heading: 'said', align: 'left', cells: saidCells.min },
};

/** The columns that any list has, and those that come one after another as it gets wider: a wide list has all of a narrow one. */
const always: readonly ColumnName[] = ['id', 'peer', 'state'];
const narrow: readonly ColumnName[] = ['in', 'out', 'opened'];
/** These need an IPv4 address to be whole. */
const wide: readonly ColumnName[] = ['said', 'active', 'owed', 'listener', 'rateIn', 'rateOut', 'echo'];
const places: readonly ColumnName[] = [...sortKeys, 'said'];

const total = (set: readonly Column[], gap: number): number =>
  markCells + set.reduce((sum, column) => sum + column.cells, 0) + gap * (set.length - 1);

/** A set of columns and the blanks between them. */
export interface Table {
  readonly columns: readonly Column[];
  readonly gap: number;
}

/** What the widths of columns depend on, beside the window. */
export interface TableNeeds {
  /** Digits of the connections' numbers. */
  readonly digits: number;
  /** Listeners: which of them a connection came by is shown where there are several. */
  readonly listeners: number;
}

/** The columns for `cells` cells. Pure. */
export const tableFor = (cells: number, { digits, listeners }: TableNeeds): Table => {
  const id: Column = { ...columns.id, cells: Math.max(columns.id.cells, digits) };
  const chosenNames = new Set(always);
  const chosenColumns = () =>
    places.filter((name) => chosenNames.has(name)).map((name) => (name === 'id' ? id : columns[name]));
  let room = cells;
  const add = (name: ColumnName): boolean => {
    chosenNames.add(name);
    if (total(chosenColumns(), 1) <= room) return true;
    chosenNames.delete(name);
    return false;
  };
  if (narrow.every(add)) {
    room -= peerCells.ipv4 - peerCells.min;
    wide.filter((name) => name !== 'listener' || listeners > 1).every(add);
  }
  const chosen = chosenColumns();
  let table: Table = { columns: chosen, gap: 1 };
  const spare = () => Math.max(0, cells - total(table.columns, table.gap));
  const stretch = (name: ColumnName, max: number) => {
    const extra = spare();
    const widen = (column: Column): Column =>
      column.name === name ? { ...column, cells: Math.max(column.cells, Math.min(max, column.cells + extra)) } : column;
    table = { ...table, columns: table.columns.map(widen) };
  };
  stretch('peer', peerCells.ipv4);
  stretch('said', saidCells.short);
  stretch('state', stateCells.max);
  if (spare() >= chosen.length - 1) table = { ...table, gap: 2 };
  stretch('peer', peerCells.you);
  stretch('said', saidCells.good);
  if (spare() >= chosen.length - 1) table = { ...table, gap: table.gap + 1 };
  stretch('peer', peerCells.max);
  stretch('said', Number.POSITIVE_INFINITY);
  return table;
};

/** The text of a row from the peer's number on; `cellOf` gives the text of each column. */
export const alignRow = (table: Table, cellOf: (column: Column) => string): string =>
  table.columns.map((column) => fit(cellOf(column), column.cells, column.align)).join(' '.repeat(table.gap));

/** A heading, with the direction where the list is sorted by it. */
export const headingOf = ({ name, heading }: Column, order: Order): string =>
  order?.by === name ? `${heading}${directionOf(order)}` : heading;

/** The order in words, where the table has no room for its column. */
export const orderNote = (table: Table, order: Order): readonly string[] =>
  order === null || table.columns.some(({ name }) => name === order.by)
    ? []
    : [`by ${columns[order.by].heading}${directionOf(order)}`];

const directionOf = ({ isDescending }: NonNullable<Order>): string =>
  isDescending ? glyphs.descending : glyphs.ascending;

/** The text of a connection in a column. `todayMs` is midnight before now, ms since 1970. */
export const cellOf = (row: Connection, column: Column, todayMs: number, isOwn: boolean): string => {
  switch (column.name) {
    case 'id':
      return String(row.id);
    case 'peer':
      return peerText(printable(row.peer), column.cells, isOwn);
    case 'state':
      return stateText(row, column.cells);
    case 'opened':
      return timeText(row.openedWallMs, todayMs);
    case 'active':
      return timeText(row.openedWallMs + Math.max(0, row.activeAt - (row.at.accept ?? row.activeAt)), todayMs);
    case 'owed':
      return row.how === null && row.discipline !== 'none' ? size(owedOf(row)) : '';
    case 'listener':
      return listenerText(printable(row.local), column.cells);
    case 'echo':
      return row.discipline;
    case 'said':
      return saidText(row);
    case 'in':
      return size(row.bytesIn);
    case 'out':
      return size(row.bytesOut);
    case 'rateIn':
      return row.how === null ? size(row.rate.in) : '';
    case 'rateOut':
      return row.how === null ? size(row.rate.out) : '';
    default:
      return column.name satisfies never;
  }
};

const timeText = (wallMs: number, todayMs: number): string =>
  startOfDay(wallMs) === todayMs ? clockTime(wallMs) : clockDate(wallMs);

/** The port, and as much of the address as fits. */
const listenerText = (local: string, cells: number): string =>
  cellWidth(local) <= cells ? local : local.slice(local.lastIndexOf(':'));

/** Rows keep their identity while no byte moves: a silent one is read once. */
const saidTexts = new WeakMap<Connection, string>();

/** The first words of the peer. */
const saidText = (row: Connection): string => {
  const known = saidTexts.get(row);
  if (known !== undefined) return known;
  const recv = row.edges()?.recv;
  if (recv === undefined) return '';
  const bytes = recv.first.subarray(0, saidBytes);
  const text = printable(bytes.subarray(0, bytes.length < recv.length ? completeLength(bytes) : bytes.length));
  // The row counts bytes a moment before they can be read here.
  if (recv.length >= row.bytesIn && (bytes.length > 0 || recv.length === 0)) saidTexts.set(row, text);
  return text;
};

/** The port distinguishes peers: it stays when the address has to be cut. */
const peerText = (peer: string, cells: number, isOwn: boolean): string => {
  const port = peer.slice(peer.lastIndexOf(':'));
  if (isOwn) return cellWidth(peer) + 4 <= cells ? `${peer} you` : `you${port}`;
  if (cellWidth(peer) <= cells) return peer;
  return `${fit(peer.slice(0, -port.length), cells - port.length)}${port}`;
};

/** The TCP state of an open connection; of a closed one how it ended, and in wide windows after how long. */
const stateText = (row: Connection, cells: number): string => {
  if (row.how === null) return isStream(row.transport) ? row.state : row.transport.toUpperCase();
  const error = row.error === null ? '' : printable(row.error);
  // The name of the error alone says that there was one.
  const ending = `${row.how} ${error}`.trim();
  const lived = row.at.accept === null || row.at.close === null ? '' : duration(row.at.close - row.at.accept);
  const whole = `${ending} ${lived}`;
  // The duration is shown in the widest column only, and where a blank separates it from the time in the next column.
  if (lived !== '' && cells === stateCells.max && cellWidth(whole) < cells) return whole;
  const texts = [ending, row.how === 'error' ? error : '', row.how];
  return texts.find((text) => text !== '' && cellWidth(text) <= cells) ?? row.how;
};
