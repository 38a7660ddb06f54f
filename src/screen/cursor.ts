import { lineInputView } from './asking.tsx';
import type { DetailRects } from './detail-layout.ts';
import { lineInputRows } from './finding.ts';
import { clientCells, type Pane, type Rect } from './layout.ts';
import { promptView } from './prompt.tsx';
import { modeOf, type State } from './state.ts';

/** Where the terminal's own cursor belongs, in cells of the window; undefined where nothing is typed. */
export const cursorOf = (panes: Readonly<Record<Pane, Rect | null>>, detail: DetailRects | null, state: State) => {
  const { listView, prompt } = state;
  const mode = modeOf(state);
  const below = detail?.payload ?? panes.connections;
  const rect = mode === 'input' ? panes.client : mode === 'filter' || mode === 'write' ? below : null;
  if (rect === null) return undefined;
  const bottom = rect.top + rect.height - 2;
  if (listView.input === null)
    return { x: rect.left + 2 + promptView(prompt, clientCells(rect)).cursorCell, y: bottom };
  const { cursorCell } = lineInputView(listView.input, rect.width - 4);
  return { x: rect.left + 2 + cursorCell, y: bottom + 1 - lineInputRows(listView) };
};
