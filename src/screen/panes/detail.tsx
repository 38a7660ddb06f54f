import { Box } from 'ink';
import { memo } from 'react';
import type { Piece } from '../../model/payload.ts';
import type { Connection, Rate } from '../../model/snapshot.ts';
import type { Detail } from '../../model/view.ts';
import { printable } from '../../text/printable.ts';
import { fit } from '../../text/width.ts';
import { Frame, Remark } from '../frame.tsx';
import { glyphs } from '../glyphs.ts';
import type { Rect } from '../layout.ts';
import { palette, type Style } from '../palette.ts';
import { Row, span } from '../row.tsx';
import type { DetailState } from '../state/detail-state.ts';
import type { LineInput } from '../state/list-view.ts';
import { type Page, visibleLines } from '../state/scroll.ts';
import { ladderPage, ladderPaneLines, topRung } from './ladder-lines.ts';
import type { PayloadLine } from './payload-lines.ts';
import { LineInputRows } from './prompt.tsx';

interface LadderPaneProps {
  readonly rect: Rect;
  readonly focused: boolean;
  readonly state: DetailState;
  /** Null once the ledger has used its slot for another. */
  readonly connection: Connection | null;
  readonly history: readonly Rate[];
  readonly detail: Detail | null;
}

/** The counters of one connection, the verdict once it has ended, and the ladder of its calls. */
export const LadderPane = memo(({ rect, focused, state, connection, history, detail }: LadderPaneProps) => {
  if (connection === null)
    return (
      <Frame rect={rect} title={`Life of #${state.id}`} focused={focused}>
        <Remark text='Gone: newer connections took its place.' cells={rect.width - 2} />
      </Frame>
    );
  const page = ladderPage(connection, detail, state, rect);
  const top = topRung(page, state.rung);
  const hint =
    top === null ? printable(connection.peer) : `rungs ${top + 1}-${top + page.rows} of ${page.rungs.length}`;
  return (
    <Frame rect={rect} title={`Life of #${state.id}`} hint={hint} focused={focused}>
      {ladderPaneLines(connection, history, page, state.rung).map((spans, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the pane
        <Row key={place} spans={[span(' '), ...spans]} />
      ))}
    </Frame>
  );
});

interface PayloadPaneProps {
  readonly rect: Rect;
  readonly focused: boolean;
  readonly state: DetailState;
  readonly page: Page<Piece, PayloadLine>;
  /** The line that is open below the payload. */
  readonly input: LineInput | null;
}

const styles: Readonly<Record<PayloadLine['kind'], { readonly head: Style; readonly body: Style }>> = {
  peer: { head: palette.accent, body: palette.plain },
  us: { head: palette.good, body: palette.plain },
  skipped: { head: palette.dim, body: palette.warn },
};

/** Names the arrows where there is room. */
const payloadTitle = ({ width }: Rect): string =>
  width < namedCells ? 'Payload' : `Payload  ${glyphs.toServer} to server  ${glyphs.toClient} to client`;
const namedCells = 50;

/** Payload of both directions since the detail was opened. */
export const PayloadPane = ({ rect, focused, state, page, input }: PayloadPaneProps) => {
  const { lines, newer } = visibleLines(page, state.anchor);
  const hint = newer > 0 ? `↓ ${newer} newer` : state.format;
  const cells = rect.width - 2;
  return (
    <Frame
      rect={rect}
      title={payloadTitle(rect)}
      hint={hint}
      hintStyle={newer > 0 ? palette.strong : palette.dim}
      focused={focused}
    >
      {page.rows > 0 && lines.length === 0 && <Remark text='Nothing since you look.' cells={cells} />}
      {lines.map(({ key, kind, head, body }) => (
        <Row
          key={key}
          spans={[span(head, styles[kind].head), span(fit(body, cells - head.length), styles[kind].body)]}
        />
      ))}
      {input !== null && (
        <>
          <Box flexGrow={1} />
          <LineInputRows input={input} cells={cells} />
        </>
      )}
    </Frame>
  );
};
