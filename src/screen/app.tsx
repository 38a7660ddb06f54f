import { Box, Text, useCursor, usePaste, useStdout, useWindowSize } from 'ink';
import { type ReactNode, useEffect, useEffectEvent, useMemo, useState, useSyncExternalStore } from 'react';
import type { ConnectionList, Rate } from '../model/snapshot.ts';
import type { Feed, View } from '../model/view.ts';
import { toClipboard } from './clipboard.ts';
import { type JobControl, useSuspension } from './job-control.ts';
import { keyContextOf } from './key-context.ts';
import type { Intent } from './keys/actions.ts';
import type { Press } from './keys/keys.ts';
import { layOut, layOutDetail, type Rect, smallest } from './layout.ts';
import { palette } from './palette.ts';
import { ClientPane } from './panes/client.tsx';
import { Connections, netcatArguments } from './panes/connections.tsx';
import { Counters, holdingOf } from './panes/counters.tsx';
import { LadderPane, PayloadPane } from './panes/detail.tsx';
import { Footer } from './panes/footer.tsx';
import { Header, Notice, Tabs } from './panes/header.tsx';
import { Help, helpRect } from './panes/help.tsx';
import { cursorOf } from './panes/prompt.tsx';
import { Replay } from './panes/replay-menu.tsx';
import { useDisplayedView, useRows } from './state/displayed-view.ts';
import { preferredId, selectedId } from './state/navigation.ts';
import { remarkOf, suggestionOf } from './state/prompt-state.ts';
import { createStore } from './state/reducer.ts';
import { modeOf, modeUnderHelp } from './state/state.ts';
import { enterEffect, enterEffectByHand } from './state/submit.ts';
import type { TerminalInput } from './terminal-input.ts';

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
  const { columns, rows } = useWindowSize();
  const { write } = useStdout();
  const { setCursorPosition } = useCursor();
  const { suspend, redraw } = useSuspension(job);

  // After a failure of the wire the last view stays.
  const failed = live.failure !== null;
  const displayed = useDisplayedView(feed, live, state.listView.isFrozen || failed, { now, wallNow });
  const { view } = displayed;
  const list = useRows(displayed, state.listView);
  const { connections, totals } = view.snapshot;
  const notice = noticeOf(view);
  const hasNotice = notice !== null;
  const part = state.detail?.part ?? null;
  const { layout, detail } = useMemo(() => {
    const whole = layOut(columns, rows, state.focus, hasNotice);
    return part === null ? { layout: whole, detail: null } : layOutDetail(whole, state.focus, part);
  }, [columns, rows, state.focus, hasNotice, part]);
  const preferred = preferredId(list.matching, displayed.own);
  const selected = selectedId(state.chosen, list.shown.ids, preferred);
  const connection = connections.byId(selected) ?? null;
  // The detail is never frozen.
  const inDetail = live.snapshot.connections.byId(state.detail?.id) ?? null;
  const holding = useMemo(
    () => holdingFor(live.snapshot.connections, live.client.local),
    [live.snapshot.connections, live.client.local],
  );
  const { ids } = list.shown;
  const visible = { layout, detail, live, view, ids, preferred, selected: connection, inDetail };
  const context = keyContextOf(visible, state);

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
  setCursorPosition(layout.kind === 'cramped' ? undefined : cursorOf(layout.panes, detail, state));

  if (layout.kind === 'cramped') return <Cramped columns={columns} rows={rows} />;
  const { panes } = layout;
  const mode = modeOf(state);
  const byHand = state.listView.input?.type === 'write' ? state.listView.input.prompt : null;
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
          <Tabs focus={state.focus} detail={state.detail?.id ?? null} />
        </At>
      )}
      {panes.connections !== null && (
        <Connections
          rect={panes.connections}
          focused={mode === 'connections' || mode === 'filter' || mode === 'write'}
          connections={list.shown}
          count={connections.length}
          listView={state.listView}
          selected={selected}
          top={state.listTop}
          served={totals.served}
          own={displayed.own}
          invitation={netcatArguments(view.endpoints)}
          todayMs={displayed.todayMs}
        />
      )}
      {panes.counters !== null && (
        <Counters
          rect={panes.counters}
          focused={mode === 'counters'}
          connection={connection}
          history={connection === null ? noHistory : displayed.history(connection)}
        />
      )}
      {detail !== null && state.detail !== null && (
        <>
          <LadderPane
            rect={detail.ladder}
            focused={mode === 'detail' && part === 'ladder'}
            state={state.detail}
            connection={inDetail}
            history={inDetail === null ? noHistory : feed.history(inDetail)}
            detail={live.detail}
          />
          <PayloadPane
            rect={detail.payload}
            focused={mode === 'write' || (mode === 'detail' && part === 'payload')}
            state={state.detail}
            page={context.payload}
            input={state.listView.input}
          />
        </>
      )}
      {panes.client !== null && (
        <ClientPane
          rect={panes.client}
          focused={mode === 'client' || mode === 'input'}
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
          remark={mode === 'input' ? remarkOf(state.prompt) : byHand === null ? null : suggestionOf(byHand)}
          enter={byHand === null ? enterEffect(state.prompt, context) : enterEffectByHand(byHand)}
          confirmation={state.confirmation}
          failed={failed}
          cells={columns}
        />
      </At>
      {state.listView.replayMenu !== null && (
        <Replay replayMenu={state.listView.replayMenu} columns={columns} rows={rows} />
      )}
      {state.help && <Help rect={helpRect(columns, rows)} from={modeUnderHelp(state)} top={state.helpTop} />}
    </Box>
  );
};

/** What our own server holds of the client's bytes; null: nothing, or the server is another one. */
const holdingFor = (connections: ConnectionList, own: string | null): string | null => {
  const row = own === null ? undefined : connections.byId(preferredId(connections, own));
  return row?.peer === own && row !== undefined ? holdingOf(row) : null;
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
