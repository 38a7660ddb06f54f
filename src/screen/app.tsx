import { Box, useApp, useCursor, useInput, usePaste, useWindowSize } from 'ink';
import { type ReactNode, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Rate } from '../model/snapshot.ts';
import type { Feed, View } from '../model/view.ts';
import { ClientPane } from './client.tsx';
import { Connections } from './connections.tsx';
import { Counters } from './counters.tsx';
import { Cramped } from './cramped.tsx';
import { Footer } from './footer.tsx';
import { Header, Notice } from './header.tsx';
import { Help, helpLines, helpRect, helpRows } from './help.tsx';
import type { Intent } from './intent.ts';
import { invitationTo } from './invitation.ts';
import { type Press, readKeys } from './keys.ts';
import { clientCells, type Layout, layOut, listRows, type Rect, transcriptRows } from './layout.ts';
import { promptView } from './prompt.tsx';
import { preferredId, selectedId } from './selection.ts';
import { modeOf, type Scene, type State } from './state.ts';
import { createStore } from './store.ts';
import { Tabs } from './tabs.tsx';

export interface AppProps {
  readonly feed: Feed;
  /** How the screen asks for anything. */
  readonly act: (intent: Intent) => void;
  /** Monotonic ms, on the time line of the snapshots. */
  readonly now: () => number;
  /** Stops the process until the shell continues it; called with the terminal handed back. */
  readonly suspend: () => Promise<void>;
}

const noHistory: readonly Rate[] = [];

/** The whole screen: reads the feed, splits the window, turns keys into state and intents. */
export const App = ({ feed, act, now, suspend }: AppProps) => {
  const view = useSyncExternalStore(feed.subscribe, feed.view);
  const [store] = useState(createStore);
  const state = useSyncExternalStore(store.subscribe, store.state);
  const { columns, rows } = useWindowSize();
  const { suspendTerminal } = useApp();
  const suspended = useRef(false);

  const { connections, totals } = view.snapshot;
  const hasNotice = view.notice !== null;
  const layout = useMemo(() => layOut(columns, rows, state.focus, hasNotice), [columns, rows, state.focus, hasNotice]);
  const scene = sceneOf(layout, view);
  const selected = selectedId(state.chosen, scene.ids, scene.preferred);

  const handle = (presses: readonly Press[]) => {
    for (const request of store.press(presses, scene)) {
      if (request.type !== 'suspend') act(request);
      else if (!suspended.current) {
        // A second Ctrl-Z of the same moment has nothing left to suspend.
        suspended.current = true;
        void suspendTerminal(suspend).finally(() => {
          suspended.current = false;
        });
      }
    }
  };
  useInput((input, key) => handle(readKeys(input, key)));
  usePaste((text) => handle([{ type: 'paste', text }]));
  useTerminalCursor(layout, state);

  if (layout.kind === 'cramped') return <Cramped columns={columns} rows={rows} />;
  const { panes } = layout;
  const connection = connections.find((row) => row.id === selected) ?? null;
  const mode = modeOf(state);
  return (
    <Box width={columns} height={rows} overflow='hidden'>
      <At rect={layout.header}>
        <Header snapshot={view.snapshot} endpoints={view.endpoints} cells={columns} />
      </At>
      {layout.notice !== null && view.notice !== null && (
        <At rect={layout.notice}>
          <Notice text={view.notice} cells={columns} />
        </At>
      )}
      {layout.tabs !== null && (
        <At rect={layout.tabs}>
          <Tabs focus={state.focus} />
        </At>
      )}
      {panes.connections !== null && (
        <Connections
          rect={panes.connections}
          focused={mode === 'connections'}
          connections={connections}
          selected={selected}
          top={state.listTop}
          served={totals.served}
          own={view.client.local}
          invitation={invitationTo(view.endpoints)}
          atMs={view.snapshot.at}
          now={now}
        />
      )}
      {panes.counters !== null && (
        <Counters
          rect={panes.counters}
          focused={mode === 'counters'}
          connection={connection}
          history={connection === null ? noHistory : feed.history(connection)}
        />
      )}
      {panes.client !== null && (
        <ClientPane
          rect={panes.client}
          focused={mode === 'client' || mode === 'input'}
          typing={mode === 'input'}
          client={view.client}
          transcript={view.transcript}
          anchor={state.anchor}
          draft={state.draft}
        />
      )}
      <At rect={layout.footer}>
        <Footer mode={mode} pending={state.pending} cells={columns} />
      </At>
      {state.help && <Help rect={helpRect(columns, rows)} top={state.helpTop} />}
    </Box>
  );
};

const sceneOf = (layout: Layout, view: View): Scene => {
  const { connections, client } = layout.kind === 'cramped' ? { connections: null, client: null } : layout.panes;
  return {
    ids: view.snapshot.connections.map((row) => row.id),
    preferred: preferredId(view),
    online: view.client.status === 'online',
    listRows: listRows(connections),
    transcript: { entries: view.transcript, cells: clientCells(client), rows: transcriptRows(client) },
    help: { lines: helpLines.length, rows: helpRows(helpRect(layout.columns, layout.rows)) },
  };
};

/** Puts the terminal's own cursor into the prompt while a message is typed, and hides it otherwise. */
const useTerminalCursor = (layout: Layout, state: State): void => {
  const { setCursorPosition } = useCursor();
  const rect = layout.kind === 'cramped' || modeOf(state) !== 'input' ? null : layout.panes.client;
  setCursorPosition(
    rect === null
      ? undefined
      : {
          x: rect.left + 2 + promptView(state.draft, clientCells(rect)).cursorCell,
          y: rect.top + rect.height - 2,
        },
  );
};

const At = ({ rect, children }: { readonly rect: Rect; readonly children: ReactNode }) => (
  <Box position='absolute' left={rect.left} top={rect.top} width={rect.width} height={rect.height} overflow='hidden'>
    {children}
  </Box>
);
