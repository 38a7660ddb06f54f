import { memo } from 'react';
import { type Pane, panes } from './layout.ts';
import { palette } from './palette.ts';
import { Row, span } from './row.tsx';

interface TabsProps {
  readonly focus: Pane;
  /** Number of the connection whose detail is open: it takes the place of list and counters. Null while none is. */
  readonly detail: number | null;
}

const names: Readonly<Record<Pane, string>> = { connections: 'Connections', counters: 'Counters', client: 'Client' };

/** Where only one pane is on view: which, and what else there is. */
export const Tabs = memo(({ focus, detail }: TabsProps) => (
  <Row
    spans={panes.flatMap((pane) => {
      if (detail !== null && pane === 'counters') return [];
      const name = detail !== null && pane === 'connections' ? `Detail #${detail}` : names[pane];
      return [pane === focus ? span(`[${name}]`, palette.title) : span(` ${name} `, palette.dim)];
    })}
  />
));
