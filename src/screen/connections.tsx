import { memo } from 'react';
import type { Connection } from '../model/snapshot.ts';
import { fit } from '../text/width.ts';
import { alignRow, cellOf, markCells, type Table, tableFor } from './columns.ts';
import { Frame, Remark } from './frame.tsx';
import { listRows, type Rect } from './layout.ts';
import { palette, type Style } from './palette.ts';
import { Row, span } from './row.tsx';
import { useSeconds } from './seconds.ts';
import { visibleTop } from './selection.ts';

interface ConnectionsProps {
  readonly rect: Rect;
  readonly focused: boolean;
  readonly connections: readonly Connection[];
  readonly selected: number | null;
  /** First row wished for; the selection stays on view whatever it says. */
  readonly top: number;
  /** Connections accepted since the start: how wide their numbers get. */
  readonly served: number;
  /** The client's own end, `host:port`. */
  readonly own: string | null;
  /** Where outside clients connect to, as arguments of nc; null before a listener is up. */
  readonly invitation: string | null;
  /** Monotonic ms of the snapshot. */
  readonly atMs: number;
  /** Monotonic ms: ages go on while nothing arrives. */
  readonly now: () => number;
}

/** The list: open connections first, the recently closed below. Only the rows on view are created. */
export const Connections = memo((props: ConnectionsProps) => {
  const { rect, focused, connections, selected, served, own } = props;
  const cells = rect.width - 2;
  // One blank cell before the border.
  const table = tableFor(cells - 1, String(served).length);
  const index = connections.findIndex((row) => row.id === selected);
  const rows = listRows(rect);
  const top = visibleTop(connections.length, index, props.top, rows);
  const visible = connections.slice(top, top + rows);
  const tickMs = useSeconds(
    props.now,
    visible.some((row) => row.how === null),
  );
  const nowMs = Math.max(tickMs, props.atMs);
  const hint = connections.length > rows ? `${index + 1}/${connections.length}` : '';
  return (
    <Frame rect={rect} title='Connections' hint={hint} focused={focused}>
      {connections.length === 0 ? (
        <Empty invitation={props.invitation} cells={cells} />
      ) : (
        <Row spans={[span(heading(table, cells), palette.dim)]} />
      )}
      {visible.map((row) => (
        <ConnectionRow
          key={row.id}
          row={row}
          table={table}
          cells={cells}
          mark={row.id !== selected ? 'none' : focused ? 'cursor' : 'kept'}
          isOwn={row.peer === own}
          nowMs={row.how === null ? nowMs : 0}
        />
      ))}
    </Frame>
  );
});

const heading = (table: Table, cells: number): string =>
  fit(' '.repeat(markCells) + alignRow(table, (column) => column.heading), cells);

interface ConnectionRowProps {
  readonly row: Connection;
  readonly table: Table;
  readonly cells: number;
  /** Selected with the focus here, selected with the focus elsewhere, or not. */
  readonly mark: 'cursor' | 'kept' | 'none';
  readonly isOwn: boolean;
  readonly nowMs: number;
}

const ConnectionRow = ({ row, table, cells, mark, isOwn, nowMs }: ConnectionRowProps) => {
  const marks = `${mark === 'none' ? ' ' : '▸'}${row.paused ? '‖' : row.stalled ? '!' : ' '}`;
  const text = alignRow(table, (column) => cellOf(row, column, nowMs, isOwn));
  return <Row spans={[span(fit(marks + text, cells))]} style={styleOf(row, mark)} />;
};

const styleOf = (row: Connection, mark: ConnectionRowProps['mark']): Style => {
  if (mark === 'cursor') return palette.cursorRow;
  const base = row.how !== null ? palette.dim : row.stalled ? palette.warn : palette.plain;
  return mark === 'kept' ? { ...base, ...palette.markedRow } : base;
};

const Empty = ({ invitation, cells }: { readonly invitation: string | null; readonly cells: number }) =>
  invitation === null ? (
    <Remark text='No listener yet.' cells={cells} />
  ) : (
    <>
      <Remark text='No connections yet. From another terminal:' cells={cells} />
      <Row spans={[span(fit(`   nc ${invitation}`, cells), palette.strong)]} />
    </>
  );
