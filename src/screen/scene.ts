import { replayCommandsOf } from '../model/replay.ts';
import type { Connection } from '../model/snapshot.ts';
import type { View } from '../model/view.ts';
import { type DetailRects, payloadCells, payloadRows } from './detail-layout.ts';
import { lineInputRows } from './finding.ts';
import { commandsLine, helpLength, helpRect, helpRows } from './help.tsx';
import { clientCells, type Layout, listRows, transcriptRows } from './layout.ts';
import { ladderPage } from './life-lines.ts';
import { payloadLines } from './payload-lines.ts';
import type { Rows } from './picture.ts';
import type { KeyContext, State } from './state.ts';
import { transcriptPage } from './wrapped.ts';

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
