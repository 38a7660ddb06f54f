import { Box } from 'ink';
import type { Piece } from '../../model/payload.ts';
import type { Connection } from '../../model/snapshot.ts';
import { exact } from '../../text/format.ts';
import { fit } from '../../text/width.ts';
import { Frame, Remark } from '../frame.tsx';
import { glyphs } from '../glyphs.ts';
import type { Rect } from '../layout.ts';
import { palette, type Style } from '../palette.ts';
import { Row, type Span, span } from '../row.tsx';
import type { LineInput } from '../state/list-view.ts';
import { type Page, visibleLines } from '../state/scroll.ts';
import type { SideState } from '../state/side.ts';
import { Invitation } from './connections.tsx';
import type { PayloadLine } from './payload-lines.ts';
import { LineInputRows } from './prompt.tsx';

interface PayloadPaneProps {
  readonly rect: Rect;
  readonly focused: boolean;
  readonly tabs: readonly (string | null)[];
  readonly side: SideState;
  /** The selected one; null where there is none. */
  readonly connection: Connection | null;
  /** Lines above the payload, where the stages are not on view. */
  readonly summary: readonly (readonly Span[])[];
  readonly page: Page<Piece, PayloadLine>;
  /** Arguments of nc, where no client from outside is selected; null: one is. */
  readonly invitation: string | null;
  /** The line that is open below the payload. */
  readonly input: LineInput | null;
}

const styles: Readonly<Record<PayloadLine['kind'], { readonly head: Style; readonly body: Style }>> = {
  peer: { head: palette.accent, body: palette.plain },
  us: { head: palette.good, body: palette.plain },
  skipped: { head: palette.dim, body: palette.warn },
};

/** What the selected connection said, and what it was sent. */
export const PayloadPane = (props: PayloadPaneProps) => {
  const { rect, focused, tabs, side, connection, summary, page, invitation, input } = props;
  const { lines, newer } = visibleLines(page, side.anchor);
  // The arrows are named where there is room.
  const named = `${glyphs.toServer} to server  ${glyphs.toClient} to client  ${side.format}`;
  const hint = newer > 0 ? `↓ ${newer} newer` : [named, side.format];
  const cells = rect.width - 2;
  return (
    <Frame
      rect={rect}
      title={connection === null ? 'Payload' : `Payload #${connection.id}`}
      tabs={tabs}
      hint={hint}
      hintStyle={newer > 0 ? palette.strong : palette.dim}
      focused={focused}
    >
      {summary.map((spans, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the pane
        <Row key={place} spans={[span(' '), ...spans]} />
      ))}
      {page.rows > 0 && lines.length === 0 && <Silence connection={connection} invitation={invitation} cells={cells} />}
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

interface SilenceProps extends Pick<PayloadPaneProps, 'connection' | 'invitation'> {
  readonly cells: number;
}

/** Why there is no payload. */
const Silence = ({ connection, invitation, cells }: SilenceProps) => {
  const { bytesIn, bytesOut, how } = connection ?? { bytesIn: 0, bytesOut: 0, how: null };
  if (bytesIn + bytesOut > 0) {
    const text = `⋮ ${exact(bytesIn)} B received and ${exact(bytesOut)} B sent, not shown`;
    return <Remark text={text} cells={cells} />;
  }
  if (invitation !== null) {
    const text = 'What a client says is shown here. From another terminal:';
    return <Invitation text={text} invitation={invitation} cells={cells} />;
  }
  return <Remark text={how === null ? 'It has said nothing so far.' : 'It said nothing.'} cells={cells} />;
};
