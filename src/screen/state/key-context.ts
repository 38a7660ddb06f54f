import { replayCommandsOf } from '../../model/replay-commands.ts';
import type { Connection } from '../../model/snapshot.ts';
import type { View } from '../../model/view.ts';
import {
  clientCells,
  type DetailRects,
  type Layout,
  listRows,
  payloadCells,
  payloadRows,
  transcriptRows,
} from '../layout.ts';
import { commandsLine, helpLength, helpRect, helpRows } from '../panes/help.tsx';
import { ladderPage } from '../panes/ladder-lines.ts';
import { payloadLines } from '../panes/payload-lines.ts';
import { transcriptPage } from '../panes/transcript-lines.ts';
import type { Rows } from './displayed-view.ts';
import { lineInputRows } from './list-view.ts';
import type { KeyContext, State } from './state.ts';

/** What is on view when a key comes. `live` is of this moment, `view` may be frozen. */
export const keyContextOf = (
  layout: Layout,
  detail: DetailRects | null,
  live: View,
  view: View,
  { shown: { ids } }: Rows,
  state: State,
  preferred: number | null,
  selected: Connection | null,
  looked: Connection | null,
): KeyContext => {
  const { connections, client } = layout.kind === 'cramped' ? { connections: null, client: null } : layout.panes;
  return {
    ids,
    preferred,
    replays: replaysFor(state.detail === null ? selected : looked),
    client: view.client.status,
    failed: live.failure !== null,
    busy: view.task !== null,
    listRows: listRows(connections, lineInputRows(state.listView)),
    transcript: transcriptPage(view.transcript, clientCells(client), transcriptRows(client)),
    payload: payloadPage(detail, live, state),
    ladder: ladderScene(detail, live, state, looked),
    help: { lines: helpLength, rows: helpRows(helpRect(layout.columns, layout.rows)), commands: commandsLine },
  };
};

const replaysFor = (row: Connection | null): KeyContext['replays'] => (row === null ? [] : replayCommandsOf(row));

const ladderScene = (
  rects: DetailRects | null,
  { detail }: View,
  state: State,
  looked: Connection | null,
): KeyContext['ladder'] => {
  if (rects === null || looked === null || state.detail === null) return { rungs: 0, rows: 0 };
  const { rungs, rows } = ladderPage(looked, detail, state.detail, rects.ladder);
  return { rungs: rungs.length, rows };
};

/** The payload of the connection whose detail is open. */
const payloadPage = (rects: DetailRects | null, { detail }: View, state: State): KeyContext['payload'] => {
  const rect = rects?.payload;
  if (rect === undefined || state.detail === null || detail?.id !== state.detail.id)
    return { entries: [], rows: 1, wrap: () => [] };
  const style = { format: state.detail.format, startMs: detail.startMs };
  const cells = payloadCells(rect);
  return {
    entries: detail.pieces,
    rows: payloadRows(rect, lineInputRows(state.listView)),
    wrap: (piece) => payloadLines(piece, cells, style),
  };
};
