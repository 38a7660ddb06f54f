import { memo } from 'react';
import { type Pane, panes } from './layout.ts';
import { palette } from './palette.ts';
import { Row, span } from './row.tsx';

const names: Readonly<Record<Pane, string>> = { connections: 'Connections', counters: 'Counters', client: 'Client' };

/** Where only one pane is on view: which, and what else there is. */
export const Tabs = memo(({ focus }: { readonly focus: Pane }) => (
  <Row
    spans={panes.map((pane) =>
      pane === focus ? span(`[${names[pane]}]`, palette.title) : span(` ${names[pane]} `, palette.dim),
    )}
  />
));
