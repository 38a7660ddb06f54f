import type { Piece } from '../model/payload.ts';
import { replayCommandsOf } from '../model/replay-commands.ts';
import type { Connection } from '../model/snapshot.ts';
import type { View } from '../model/view.ts';
import {
  clientCells,
  type DetailRects,
  type Layout,
  listRows,
  payloadCells,
  payloadRows,
  transcriptRows,
} from './layout.ts';
import { commandsLine, helpLength, helpRect, helpRows } from './panes/help.tsx';
import { ladderPage } from './panes/ladder-lines.ts';
import { type PayloadLine, payloadLines } from './panes/payload-lines.ts';
import { transcriptPage } from './panes/transcript-lines.ts';
import { lineInputRows } from './state/list-view.ts';
import type { Page } from './state/scroll.ts';
import type { KeyContext, State } from './state/state.ts';

interface Visible {
  readonly layout: Layout;
  readonly detail: DetailRects | null;
  /** Of this moment. */
  readonly live: View;
  /** As drawn: it may be frozen. */
  readonly view: View;
  /** Connections in the order of the list. */
  readonly ids: readonly number[];
  readonly preferred: number | null;
  readonly selected: Connection | null;
  /** The connection of the open detail. */
  readonly inDetail: Connection | null;
}

/** What is visible when a key comes, from the same layout that is drawn. */
export const keyContextOf = (visible: Visible, state: State): KeyContext & { payload: Page<Piece, PayloadLine> } => {
  const { layout, live, view, ids, preferred, selected, inDetail } = visible;
  const { connections, client } = layout.kind === 'cramped' ? { connections: null, client: null } : layout.panes;
  const target = state.detail === null ? selected : inDetail;
  return {
    ids,
    preferred,
    replays: target === null ? [] : replayCommandsOf(target),
    client: view.client.status,
    failures: view.client.failures,
    failed: live.failure !== null,
    readOnly: live.refusal !== null,
    busy: view.task !== null,
    listRows: listRows(connections, lineInputRows(state.listView)),
    transcript: transcriptPage(view.transcript, clientCells(client), transcriptRows(client)),
    payload: payloadPage(visible, state),
    ladder: ladderContext(visible, state),
    help: { lines: helpLength, rows: helpRows(helpRect(layout.columns, layout.rows)), commands: commandsLine },
  };
};

const ladderContext = ({ detail: rects, live, inDetail }: Visible, { detail }: State): KeyContext['ladder'] => {
  if (rects === null || inDetail === null || detail === null) return { rungs: 0, rows: 0 };
  const { rungs, rows } = ladderPage(inDetail, live.detail, detail, rects.ladder);
  return { rungs: rungs.length, rows };
};

const payloadPage = ({ detail: rects, live }: Visible, { detail, listView }: State): Page<Piece, PayloadLine> => {
  if (rects === null || detail === null || live.detail?.id !== detail.id)
    return { entries: [], rows: 1, wrap: () => [] };
  const style = { format: detail.format, startMs: live.detail.startMs };
  const cells = payloadCells(rects.payload);
  return {
    entries: live.detail.pieces,
    rows: payloadRows(rects.payload, lineInputRows(listView)),
    wrap: (piece) => payloadLines(piece, cells, style),
  };
};
