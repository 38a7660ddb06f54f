import { memo } from 'react';
import { ladderOf } from '../model/ladder.ts';
import type { Piece } from '../model/payload.ts';
import type { Connection, Rate } from '../model/snapshot.ts';
import { verdictOf } from '../model/verdict.ts';
import type { Detail } from '../model/watch.ts';
import { printable } from '../text/printable.ts';
import { fit, wrap } from '../text/width.ts';
import { counterLines } from './counter-lines.ts';
import { payloadRows } from './detail-layout.ts';
import type { DetailState } from './detail-state.ts';
import { Frame, Remark } from './frame.tsx';
import { ladderLines } from './ladder-lines.ts';
import type { Rect } from './layout.ts';
import { palette, type Style } from './palette.ts';
import type { PayloadLine } from './payload-lines.ts';
import { Row, type Span, span } from './row.tsx';
import { type Page, visibleLines } from './scroll.ts';

interface LifePaneProps {
  readonly rect: Rect;
  readonly focused: boolean;
  readonly id: number;
  /** Null where the ledger has given its place to another. */
  readonly connection: Connection | null;
  readonly history: readonly Rate[];
  readonly detail: Detail | null;
}

/** Rungs of the ladder that the counters above it must leave room for. */
const leastRungs = 6;
/** Lines of counters: in, out, and while it is open its state; then the verdict says the rest. */
const openCounters = 3;
const closedCounters = 2;

/** The life of one connection: its counters, the verdict once it has ended, and the ladder of its calls. */
export const LifePane = memo(({ rect, focused, id, connection, history, detail }: LifePaneProps) => {
  const hint = connection === null ? '' : printable(connection.peer);
  return (
    <Frame rect={rect} title={`Life of #${id}`} hint={hint} focused={focused}>
      {connection === null ? (
        <Remark text='Gone: newer connections took its place.' cells={rect.width - 2} />
      ) : (
        lifeLines(connection, history, detail, rect.width - 4, rect.height - 2).map((spans, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the pane
          <Row key={place} spans={[span(' '), ...spans]} />
        ))
      )}
    </Frame>
  );
});

/** At most `rows` lines of at most `cells` cells. Pure. */
const lifeLines = (
  connection: Connection,
  history: readonly Rate[],
  detail: Detail | null,
  cells: number,
  rows: number,
): readonly (readonly Span[])[] => {
  const verdict = verdictOf(connection);
  const spoken = verdict === null ? [] : wrap(verdict, cells).map((text) => [span(text, palette.strong)]);
  const life = detail?.id === connection.id ? detail.life : null;
  const rungs = life === null ? [] : ladderOf(connection, life);
  const most = verdict === null ? openCounters : closedCounters;
  const spare = rows - spoken.length - Math.min(leastRungs, rungs.length);
  const counters = counterLines(connection, history, cells).slice(0, Math.max(0, Math.min(most, spare)));
  const above = [...counters, ...spoken];
  const ladder = ladderLines(connection, rungs, cells, Math.max(0, rows - above.length));
  const blank = above.length > 0 && above.length + ladder.length < rows ? [[]] : [];
  return [...above, ...blank, ...ladder].slice(0, Math.max(0, rows));
};

interface PayloadPaneProps {
  readonly rect: Rect;
  readonly focused: boolean;
  readonly state: DetailState;
  readonly page: Page<Piece, PayloadLine>;
}

const styles: Readonly<Record<PayloadLine['kind'], { readonly head: Style; readonly body: Style }>> = {
  peer: { head: palette.accent, body: palette.plain },
  us: { head: palette.good, body: palette.plain },
  skipped: { head: palette.dim, body: palette.warn },
};

/** What the peer sent and what went back, since it is looked at. */
export const PayloadPane = ({ rect, focused, state, page }: PayloadPaneProps) => {
  const { lines, newer } = visibleLines(page, state.anchor);
  const hint = newer > 0 ? `↓ ${newer} newer` : state.format;
  return (
    <Frame
      rect={rect}
      title='Payload'
      hint={hint}
      hintStyle={newer > 0 ? palette.strong : palette.dim}
      focused={focused}
    >
      {lines.length === 0 ? (
        <Remark text='Nothing since you look.' cells={rect.width - 2} />
      ) : (
        lines
          .slice(-payloadRows(rect))
          .map(({ key, kind, head, body }) => (
            <Row
              key={key}
              spans={[span(head, styles[kind].head), span(fit(body, rect.width - 2 - head.length), styles[kind].body)]}
            />
          ))
      )}
    </Frame>
  );
};
