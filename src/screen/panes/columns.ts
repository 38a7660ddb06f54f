import type { Connection } from '../../model/snapshot.ts';
import type { Order, SortKey } from '../../model/sort-order.ts';
import { isStream } from '../../text/endpoint.ts';
import { clockDate, clockTime, duration, size, startOfDay } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { cellWidth, fit } from '../../text/width.ts';
import { glyphs } from '../glyphs.ts';

export type ColumnName = SortKey;

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

const columns: Readonly<Record<ColumnName, Column>> = {
  id: { name: 'id', heading: '#', align: 'right', cells: 2 },
  peer: { name: 'peer', heading: 'peer', align: 'left', cells: peerCells.min },
  state: { name: 'state', heading: 'state', align: 'left', cells: stateCells.min },
  opened: { name: 'opened', heading: 'opened', align: 'right', cells: 8 },
  in: { name: 'in', heading: 'in', align: 'right', cells: 7 },
  out: { name: 'out', heading: 'out', align: 'right', cells: 7 },
  rateIn: { name: 'rateIn', heading: 'in/s', align: 'right', cells: 7 },
  rateOut: { name: 'rateOut', heading: 'out/s', align: 'right', cells: 7 },
};

/** From the widest set to the narrowest: the least important columns go first. */
const sets: readonly (readonly ColumnName[])[] = [
  ['id', 'peer', 'state', 'opened', 'in', 'out', 'rateIn', 'rateOut'],
  ['id', 'peer', 'state', 'opened', 'in', 'out', 'rateIn'],
  ['id', 'peer', 'state', 'opened', 'in', 'out'],
  ['id', 'peer', 'state', 'in', 'out'],
  ['id', 'peer', 'state', 'in'],
  ['id', 'peer', 'state'],
];

const total = (set: readonly Column[], gap: number): number =>
  markCells + set.reduce((sum, column) => sum + column.cells, 0) + gap * (set.length - 1);

/** A set of columns and the blanks between them. */
export interface Table {
  readonly columns: readonly Column[];
  readonly gap: number;
}

/** The columns for `cells` cells, with room for connection numbers of `digits` digits. Pure. */
export const tableFor = (cells: number, digits: number): Table => {
  const id: Column = { ...columns.id, cells: Math.max(columns.id.cells, digits) };
  const candidates = sets.map((set) => set.map((name) => (name === 'id' ? id : columns[name])));
  const chosen = candidates.find((set) => total(set, 1) <= cells) ?? [id, columns.peer, columns.state];
  let table: Table = { columns: chosen, gap: 1 };
  const spare = () => Math.max(0, cells - total(table.columns, table.gap));
  const stretch = (name: ColumnName, max: number) => {
    const extra = spare();
    const widen = (column: Column): Column =>
      column.name === name ? { ...column, cells: Math.max(column.cells, Math.min(max, column.cells + extra)) } : column;
    table = { ...table, columns: table.columns.map(widen) };
  };
  stretch('peer', peerCells.ipv4);
  stretch('state', stateCells.max);
  if (spare() >= chosen.length - 1) table = { ...table, gap: 2 };
  stretch('peer', peerCells.you);
  if (spare() >= chosen.length - 1) table = { ...table, gap: table.gap + 1 };
  stretch('peer', peerCells.max);
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
      return startOfDay(row.openedWallMs) === todayMs ? clockTime(row.openedWallMs) : clockDate(row.openedWallMs);
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
