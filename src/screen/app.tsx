import { Box, Text, useCursor, usePaste, useStdout, useWindowSize } from 'ink';
import { type ReactNode, useEffect, useEffectEvent, useMemo, useState, useSyncExternalStore } from 'react';
import type { ConnectionList, Rate } from '../model/snapshot.ts';
import type { Feed, View } from '../model/view.ts';
import { toClipboard } from './clipboard.ts';
import { type JobControl, useSuspension } from './job-control.ts';
import { keyContextOf } from './key-context.ts';
import type { Intent } from './keys/actions.ts';
import type { Press } from './keys/keys.ts';
import { type Layout, layOut, type Pane, paneNames, type Rect, smallest, tabsOf } from './layout.ts';
import { palette } from './palette.ts';
import { ClientPane } from './panes/client.tsx';
import { Connections, netcatArguments } from './panes/connections.tsx';
import { holdingOf } from './panes/counter-lines.ts';
import { FinderOverlay, type FinderPage, finderCursor, finderPage } from './panes/finder.tsx';
import { Footer } from './panes/footer.tsx';
import { Header, Notice, Tabs } from './panes/header.tsx';
import { PayloadPane } from './panes/payload.tsx';
import { cursorOf, linePane } from './panes/prompt.tsx';
import { Replay } from './panes/replay-menu.tsx';
import { StagesPane } from './panes/stages.tsx';
import { TalkPane } from './panes/talk.tsx';
import { useDisplayedView, useRows } from './state/displayed-view.ts';
import { useFollowed } from './state/follower.ts';
import { selectedId } from './state/navigation.ts';
import { remarkOf, suggestionOf } from './state/prompt-state.ts';
import { createStore } from './state/reducer.ts';
import { focusOf, modeOf, modeUnderFinder, type State } from './state/state.ts';
import { enterEffect, enterEffectByHand } from './state/submit.ts';
import type { TerminalInput } from './terminal-input.ts';

/** What is drawn of a window at most: a terminal may claim any size, and each cell takes memory. */
const largest = { columns: 1_000, rows: 500 };

/** Shown in a window that is too small for anything else. */
const Cramped = ({ columns, rows }: { readonly columns: number; readonly rows: number }) => (
  <Box height={rows} justifyContent='center' alignItems='center' overflow='hidden'>
    <Text wrap='truncate'>
      {`Needs ${smallest.columns}x${smallest.rows} cells, has ${columns}x${rows}`.slice(0, columns)}
    </Text>
  </Box>
);

export interface AppProps {
  readonly feed: Feed;
  /** Runs what a key requests. */
  readonly act: (intent: Intent) => void;
  /** Monotonic ms, on the time line of the snapshots. */
  readonly now: () => number;
  /** Ms since 1970, on the clock of the chat. */
  readonly wallNow: () => number;
  /** The prompt's history of earlier runs, oldest first: it comes when it comes. */
  readonly lines?: Promise<readonly string[]>;
  readonly job: JobControl;
  readonly input: TerminalInput;
}

const noHistory: readonly Rate[] = [];

/** The whole screen: draws the feed, and turns keys into state and intents. */
export const App = ({ feed, act, now, wallNow, lines, job, input }: AppProps) => {
  const live = useSyncExternalStore(feed.subscribe, feed.view);
  const [store] = useState(createStore);
  useEffect(() => {
    void lines?.then(store.addEarlierLines);
  }, [lines, store]);
  const state = useSyncExternalStore(store.subscribe, store.state);
  const window = useWindowSize();
  const columns = Math.min(window.columns, largest.columns);
  const rows = Math.min(window.rows, largest.rows);
  const { write } = useStdout();
  const { setCursorPosition } = useCursor();
  const { suspend, redraw } = useSuspension(job);

  // After a failure of the wire the last view stays.
  const failed = live.failure !== null;
  const displayed = useDisplayedView(feed, live, state.listView.isFrozen || failed, { now, wallNow });
  const { view, own } = displayed;
  const list = useRows(displayed, state.listView);
  const { connections, totals } = view.snapshot;
  const notice = noticeOf(view);
  const hasNotice = notice !== null;
  const { recent, isZoomed } = state;
  const layout = useMemo(
    () => layOut({ columns, rows, recent, hasNotice, isZoomed }),
    [columns, rows, recent, hasNotice, isZoomed],
  );
  const preferred = useFollowed(list.matching, own, displayed.now);
  const selectedNow = selectedId(state.chosen, list.shown.ids, preferred);
  // Its calls and its payload are read as long as it is selected.
  useEffect(() => {
    act({ type: 'detail', id: selectedNow });
  }, [act, selectedNow]);
  const hasTalk = layout.kind !== 'cramped' && layout.panes.talk !== null;
  const { filter, isFrozen } = state.listView;
  const isHeld = isFrozen || state.talkAnchor !== null;
  // What all say is read as long as it is on view.
  useEffect(() => {
    act({ type: 'talk', filter: hasTalk ? filter : null, isHeld });
  }, [act, hasTalk, filter, isHeld]);
  // What is selected is never frozen, but a frozen list may have connections that are gone since.
  const selected = live.snapshot.connections.byId(selectedNow) ?? connections.byId(selectedNow) ?? null;
  const under = modeUnderFinder(state);
  const finder = state.finder === null ? null : finderPage(state.finder, under, failed, columns, rows);
  const holding = useMemo(
    () => holdingFor(live.snapshot.connections, live.client.local),
    [live.snapshot.connections, live.client.local],
  );
  const { ids } = list.shown;
  const context = keyContextOf({ layout, live, view, ids, preferred, own, selected, finder }, state);

  const handle = useEffectEvent((presses: readonly Press[]) => {
    for (const request of store.press(presses, context)) {
      if (request.type === 'copy') write(toClipboard(request.text));
      else if (request.type === 'suspend') suspend();
      else if (request.type === 'redraw') redraw();
      else act(request);
    }
  });
  useEffect(() => input.subscribe((presses) => handle(presses)), [input]);
  const { status, failures } = view.client;
  // A draft that waits for the connection goes out with it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the client alone counts, not each picture
  useEffect(() => handle([{ type: 'client' }]), [status, failures]);
  // For raw mode and bracketed paste: Ink itself gets no input.
  usePaste(() => undefined);
  setCursorPosition(cursorIn(layout, state, finder));

  if (layout.kind === 'cramped') return <Cramped columns={columns} rows={rows} />;
  const { panes } = layout;
  const mode = modeOf(state);
  const byHand = state.listView.input?.type === 'write' ? state.listView.input.prompt : null;
  const line = linePane(panes, state.listView.input);
  const focus = focusOf(state);
  const isFocused = (pane: Pane) => (line === null ? focus : line) === pane;
  const tabs = (pane: Pane) =>
    layout.tabs === null ? tabsOf(layout, pane).map((other) => (other === pane ? null : paneNames[other])) : [null];
  const invitation = netcatArguments(view.endpoints);
  const history = selected === null ? noHistory : feed.history(selected);
  return (
    // No width: when a window gets narrower Ink draws the tree once before React knows the new size, and a line that is
    // too long would wrap and scroll the screen.
    <Box height={rows} overflow='hidden'>
      <At rect={layout.header}>
        <Header
          snapshot={view.snapshot}
          endpoints={view.endpoints}
          frozenWallMs={displayed.frozenWallMs}
          cells={columns}
        />
      </At>
      {layout.notice !== null && notice !== null && (
        <At rect={layout.notice}>
          <Notice {...notice} cells={columns} />
        </At>
      )}
      {layout.tabs !== null && (
        <At rect={layout.tabs}>
          <Tabs focus={focus} />
        </At>
      )}
      {panes.connections !== null && (
        <Connections
          rect={panes.connections}
          focused={isFocused('connections')}
          connections={list.shown}
          count={connections.length}
          listView={state.listView}
          hasInput={line === 'connections'}
          selected={selectedNow}
          listTop={state.listTop}
          isListFree={state.isListFree}
          served={totals.served}
          own={own}
          invitation={invitation}
          listeners={view.endpoints.length}
          atMs={view.snapshot.at}
          todayMs={displayed.todayMs}
        />
      )}
      {panes.payload !== null && (
        <PayloadPane
          rect={panes.payload}
          focused={isFocused('payload')}
          tabs={tabs('payload')}
          side={context.side.state}
          connection={selected}
          summary={context.side.summary}
          page={context.payload}
          invitation={selected === null || selected.peer === own ? invitation : null}
          input={line === 'payload' ? state.listView.input : null}
        />
      )}
      {panes.stages !== null && (
        <StagesPane
          rect={panes.stages}
          focused={isFocused('stages')}
          tabs={tabs('stages')}
          side={context.side.state}
          connection={selected}
          history={history}
          detail={live.detail}
        />
      )}
      {panes.talk !== null && (
        <TalkPane
          rect={panes.talk}
          focused={isFocused('talk')}
          tabs={tabs('talk')}
          page={context.talk}
          anchor={state.talkAnchor}
          filter={filter.text}
          isHeld={isHeld}
        />
      )}
      {panes.client !== null && (
        <ClientPane
          rect={panes.client}
          focused={isFocused('client')}
          tabs={tabs('client')}
          typing={mode === 'input'}
          client={view.client}
          transcript={view.transcript}
          anchor={state.anchor}
          prompt={state.prompt}
          task={view.task}
          holding={holding}
          refusal={view.refusal}
        />
      )}
      <At rect={layout.footer}>
        <Footer
          mode={mode}
          remark={
            state.remark ?? (mode === 'input' ? remarkOf(state.prompt) : byHand === null ? null : suggestionOf(byHand))
          }
          enter={byHand === null ? enterEffect(state.prompt, context) : enterEffectByHand(byHand)}
          confirmation={state.confirmation}
          failed={failed}
          cells={columns}
        />
      </At>
      {state.listView.replayMenu !== null && (
        <Replay replayMenu={state.listView.replayMenu} columns={columns} rows={rows} />
      )}
      {state.finder !== null && finder !== null && <FinderOverlay state={state.finder} page={finder} />}
    </Box>
  );
};

/** What our own server holds of the client's bytes; null: nothing, or the server is another one. */
const holdingFor = (connections: ConnectionList, own: string | null): string | null => {
  const row = own === null ? undefined : connections.all.find(({ how, peer }) => how === null && peer === own);
  return row === undefined ? null : holdingOf(row);
};

/** Where the terminal's cursor stands: input methods compose there. */
const cursorIn = (layout: Layout, state: State, finder: FinderPage | null) => {
  if (layout.kind === 'cramped') return undefined;
  return state.finder !== null && finder !== null ? finderCursor(state.finder, finder) : cursorOf(layout.panes, state);
};

/** A failure has precedence over a notice. */
const noticeOf = ({ failure, notice }: View) => {
  if (failure !== null) return { text: `the wire has failed, Ctrl-R restarts it: ${failure}`, style: palette.bad };
  return notice === null ? null : { text: notice, style: palette.warn };
};

const At = ({ rect, children }: { readonly rect: Rect; readonly children: ReactNode }) => (
  <Box position='absolute' left={rect.left} top={rect.top} width={rect.width} height={rect.height} overflowY='hidden'>
    {children}
  </Box>
);
