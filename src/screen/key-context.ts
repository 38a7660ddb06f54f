import { obstacleTo } from '../model/obstacle.ts';
import type { Piece } from '../model/payload.ts';
import { payloadCopies } from '../model/payload-copies.ts';
import { replayCommandsOf } from '../model/replay-commands.ts';
import { saidIn } from '../model/said.ts';
import type { Connection } from '../model/snapshot.ts';
import type { TalkLine } from '../model/talk.ts';
import type { View } from '../model/view.ts';
import { maxClipboardBytes } from './clipboard.ts';
import { clientCells, type Layout, listRows, payloadCells, payloadRows, transcriptRows } from './layout.ts';
import { summaryLines } from './panes/counter-lines.ts';
import type { FinderPage } from './panes/finder.tsx';
import { ladderPage } from './panes/ladder-lines.ts';
import { type PayloadLine, payloadLines } from './panes/payload-lines.ts';
import { linePane } from './panes/prompt.tsx';
import { talkPage } from './panes/talk.tsx';
import { transcriptPage } from './panes/transcript-lines.ts';
import type { Span } from './row.tsx';
import { lineInputRows } from './state/list-view.ts';
import type { Page } from './state/scroll.ts';
import { type SideState, sideOf } from './state/side.ts';
import type { KeyContext, State } from './state/state.ts';

interface Visible {
  readonly layout: Layout;
  /** Of this moment. */
  readonly live: View;
  /** As drawn: it may be frozen. */
  readonly view: View;
  /** Connections in the order of the list. */
  readonly ids: readonly number[];
  readonly preferred: number | null;
  /** The end of the embedded client, `host:port`. */
  readonly own: string | null;
  /** Of this moment: what it says is never frozen. */
  readonly selected: Connection | null;
  readonly finder: FinderPage | null;
}

/** What is visible when a key comes, from the same layout that is drawn. */
export interface ScreenContext extends KeyContext {
  readonly payload: Page<Piece, PayloadLine>;
  readonly talk: Page<TalkLine, TalkLine>;
  readonly side: { readonly state: SideState; readonly summary: readonly (readonly Span[])[] };
}

const nowhere = { connections: null, payload: null, stages: null, talk: null, client: null } as const;

export const keyContextOf = (visible: Visible, state: State): ScreenContext => {
  const { layout, live, view, ids, preferred, own, selected, finder } = visible;
  const { connections } = live.snapshot;
  const panes = layout.kind === 'cramped' ? nowhere : layout.panes;
  const { listView } = state;
  const line = linePane(panes, listView.input);
  const below = lineInputRows(listView);
  const side = sideOf(state.side, selected?.id ?? null);
  const summary =
    panes.payload === null || panes.stages !== null || selected === null
      ? []
      : summaryLines(selected, panes.payload.width - 4);
  const rows = payloadRows(panes.payload, summary.length + (line === 'payload' ? below : 0));
  return {
    ids,
    preferred,
    outsiders: () => outsidersOf(live, own),
    obstacle: (id, command) => obstacleTo(command, id, connections.byId(id)),
    replays: () => (selected === null ? [] : replayCommandsOf(selected, saidIn(piecesOf(live, selected), 'in'))),
    copies: () => (selected === null ? [] : payloadCopies(piecesOf(live, selected), maxClipboardBytes)),
    client: view.client.status,
    failures: view.client.failures,
    failed: live.failure !== null,
    readOnly: live.refusal !== null,
    busy: view.task !== null,
    slots: layout.kind === 'cramped' ? [] : layout.slots.map(({ panes: sharing }) => sharing),
    listRows: listRows(panes.connections, line === 'connections' ? below : 0),
    transcript: transcriptPage(view.transcript, clientCells(panes.client), transcriptRows(panes.client)),
    talk: talkPage(live.talk, payloadRows(panes.talk, 0)),
    payload: payloadPage(live, selected, side, payloadCells(panes.payload), rows),
    ladder: ladderContext(live, selected, side, panes.stages),
    finder: finder ?? { lines: 1, rows: 1 },
    side: { state: side, summary },
  };
};

/** Our own client is one of the open connections where it has a row. */
const outsidersOf = ({ snapshot: { totals, connections } }: View, own: string | null): number => {
  const isOwnOpen = connections.all.some(({ how, peer }) => how === null && peer === own);
  return totals.open - (isOwnOpen ? 1 : 0);
};

const ladderContext = (
  live: View,
  selected: Connection | null,
  side: SideState,
  rect: Parameters<typeof ladderPage>[3] | null,
): KeyContext['ladder'] => {
  if (rect === null || selected === null) return { rungs: 0, rows: 0 };
  const { rungs, rows } = ladderPage(selected, live.detail, side, rect);
  return { rungs: rungs.length, rows };
};

/** The payload of a connection; none before it is read. */
const piecesOf = ({ detail }: View, { id }: Connection): readonly Piece[] => (detail?.id === id ? detail.pieces : []);

const payloadPage = (
  { detail }: View,
  selected: Connection | null,
  { format }: SideState,
  cells: number,
  rows: number,
): Page<Piece, PayloadLine> => {
  if (detail === null || selected === null || detail.id !== selected.id) return { entries: [], rows, wrap: () => [] };
  const { bytesOut, stalled, how } = selected;
  // While bytes are under way what was handed over is a moment ahead of what is counted: no queue.
  const rest = how === null ? 'queued' : 'not sent';
  const taken = stalled || how !== null ? ({ bytes: bytesOut, rest } as const) : null;
  const style = { format, startMs: detail.startMs, taken };
  return { entries: detail.pieces, rows, wrap: (piece) => payloadLines(piece, cells, style) };
};
