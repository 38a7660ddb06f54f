import { Box } from 'ink';
import { memo } from 'react';
import { isBroken, isStuck } from '../../model/condition.ts';
import type { Connection, Snapshot } from '../../model/snapshot.ts';
import type { Order } from '../../model/sort-order.ts';
import { type Endpoint, reachableHost, transports } from '../../text/endpoint.ts';
import { exact } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { fit } from '../../text/width.ts';
import { Frame, Remark } from '../frame.tsx';
import { listRows, type Rect } from '../layout.ts';
import { palette, type Style } from '../palette.ts';
import { Row, span } from '../row.tsx';
import { type ListViewState, lineInputRows } from '../state/list-view.ts';
import { topOf } from '../state/navigation.ts';
import { alignRow, cellOf, headingOf, markCells, orderNote, type Table, tableFor } from './columns.ts';
import { LineInputRows } from './prompt.tsx';

/** Netcat's arguments for the first listener: `127.0.0.1 8080`, `-u ::1 8080`. Null without a listener. */
export const netcatArguments = (endpoints: readonly Endpoint[]): string | null => {
  const endpoint = endpoints.at(0);
  if (endpoint === undefined) return null;
  return [...transports[endpoint.transport].netcatFlags, printable(reachableHost(endpoint.host)), endpoint.port].join(
    ' ',
  );
};

interface ConnectionsProps {
  readonly rect: Rect;
  readonly focused: boolean;
  /** Filtered and sorted. */
  readonly connections: Snapshot['connections'];
  /** Number of connections without the filter. */
  readonly count: number;
  readonly listView: ListViewState;
  /** The open line is drawn here. */
  readonly hasInput: boolean;
  readonly selected: number | null;
  /** First visible row, unless the selection would be hidden. */
  readonly listTop: number;
  /** Then the first visible row is that one. */
  readonly isListFree: boolean;
  /** Connections accepted since the start: the width of their numbers. */
  readonly served: number;
  /** The end of the embedded client, `host:port`. */
  readonly own: string | null;
  /** Arguments of nc for outside clients; null without a listener. */
  readonly invitation: string | null;
  /** How many listeners there are. */
  readonly listeners: number;
  /** When the snapshot was taken, monotonic ms. */
  readonly atMs: number;
  /** Midnight before now, ms since 1970. */
  readonly todayMs: number;
}

/** The list: open connections above the recently closed ones, or in the chosen order. Only visible rows are created. */
export const Connections = memo((props: ConnectionsProps) => {
  const { rect, focused, connections, selected, served, own, listView } = props;
  const cells = rect.width - 2;
  // One blank cell before the border.
  const table = tableFor(cells - 1, { digits: String(served).length, listeners: props.listeners });
  const index = selected === null ? -1 : connections.ids.indexOf(selected);
  const input = props.hasInput ? listView.input : null;
  const rows = listRows(rect, input === null ? 0 : lineInputRows(listView));
  const top = topOf(props, connections.length, index, rows);
  const visible = connections.slice(top, top + rows);
  const hint = connections.length > rows ? `${index + 1}/${connections.length}` : '';
  return (
    <Frame rect={rect} title={titleOf(props, table)} hint={hint} focused={focused}>
      {connections.length === 0 ? (
        <Empty invitation={props.invitation} count={props.count} cells={cells} />
      ) : (
        <Row spans={[span(heading(table, listView.order, cells), palette.dim)]} />
      )}
      {visible.map((row) => (
        <ConnectionRow
          key={row.id}
          row={row}
          table={table}
          cells={cells}
          mark={row.id !== selected ? 'none' : focused ? 'cursor' : 'kept'}
          isOwn={row.peer === own}
          isStuck={isStuck(row, props.atMs)}
          todayMs={props.todayMs}
        />
      ))}
      {input !== null && (
        <>
          <Box flexGrow={1} />
          <LineInputRows input={input} cells={cells} />
        </>
      )}
    </Frame>
  );
});

/** The filter, and an order that no visible heading shows. */
const titleOf = ({ listView: { filter, order }, connections, count }: ConnectionsProps, table: Table): string =>
  [
    'Connections',
    ...(filter.text === '' ? [] : [`${exact(connections.length)} of ${exact(count)}`, `/${printable(filter.text)}`]),
    ...orderNote(table, order),
  ].join(' ');

const heading = (table: Table, order: Order, cells: number): string =>
  fit(' '.repeat(markCells) + alignRow(table, (column) => headingOf(column, order)), cells);

interface ConnectionRowProps {
  readonly row: Connection;
  readonly table: Table;
  readonly cells: number;
  /** `cursor` is the selected row of the focused list, `kept` that of an unfocused one. */
  readonly mark: 'cursor' | 'kept' | 'none';
  readonly isOwn: boolean;
  readonly isStuck: boolean;
  readonly todayMs: number;
}

const ConnectionRow = ({ row, table, cells, mark, isOwn, isStuck, todayMs }: ConnectionRowProps) => {
  const condition = row.paused ? '‖' : isStuck ? '!' : isBroken(row) ? 'x' : ' ';
  const text = alignRow(table, (column) => cellOf(row, column, todayMs, isOwn));
  const marks = `${mark === 'none' ? ' ' : '▸'}${condition}`;
  return <Row spans={[span(fit(marks + text, cells))]} style={styleOf(row, mark, isStuck)} />;
};

const styleOf = (row: Connection, mark: ConnectionRowProps['mark'], isStuck: boolean): Style => {
  if (mark === 'cursor') return palette.cursorRow;
  const ended = isBroken(row) ? palette.bad : palette.dim;
  const base = row.how !== null ? ended : isStuck ? palette.warn : palette.plain;
  return mark === 'kept' ? { ...base, ...palette.markedRow } : base;
};

interface EmptyProps {
  readonly invitation: string | null;
  /** Number of connections without the filter. */
  readonly count: number;
  readonly cells: number;
}

const Empty = ({ invitation, count, cells }: EmptyProps) =>
  count > 0 ? (
    <Remark text='None of them matches the filter. Esc clears it.' cells={cells} />
  ) : invitation === null ? (
    <Remark text='No listener yet.' cells={cells} />
  ) : (
    <Invitation text='No connections yet. From another terminal:' invitation={invitation} cells={cells} />
  );

interface InvitationProps {
  readonly text: string;
  /** Arguments of nc. */
  readonly invitation: string;
  readonly cells: number;
}

/** What to type elsewhere, for a client from outside. */
export const Invitation = ({ text, invitation, cells }: InvitationProps) => (
  <>
    <Remark text={text} cells={cells} />
    <Row spans={[span(fit(`   nc ${invitation}`, cells), palette.strong)]} />
  </>
);
