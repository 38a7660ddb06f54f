import { memo } from 'react';
import type { Connection, Rate } from '../../model/snapshot.ts';
import type { Detail } from '../../model/view.ts';
import { printable } from '../../text/printable.ts';
import { Frame, Remark } from '../frame.tsx';
import type { Rect } from '../layout.ts';
import { Row, span } from '../row.tsx';
import type { SideState } from '../state/side.ts';
import { ladderPage, ladderPaneLines, topRung } from './ladder-lines.ts';

interface StagesPaneProps {
  readonly rect: Rect;
  readonly focused: boolean;
  readonly tabs: readonly (string | null)[];
  readonly side: SideState;
  /** The selected one; null where there is none. */
  readonly connection: Connection | null;
  /** Its rates in each of the last 60 seconds, newest last. */
  readonly history: readonly Rate[];
  readonly detail: Detail | null;
}

/** The counters of the selected connection, how it stands, and the ladder of its calls. */
export const StagesPane = memo(({ rect, focused, tabs, side, connection, history, detail }: StagesPaneProps) => {
  if (connection === null)
    return (
      <Frame rect={rect} title='Stages' tabs={tabs} focused={focused}>
        <Remark text='What a connection goes through, from accept to close.' cells={rect.width - 2} />
      </Frame>
    );
  const page = ladderPage(connection, detail, side, rect, history);
  const top = topRung(page, side.rung);
  const hint =
    top === null ? printable(connection.peer) : `rungs ${top + 1}-${top + page.rows} of ${page.rungs.length}`;
  return (
    <Frame rect={rect} title={`Stages #${connection.id}`} tabs={tabs} hint={hint} focused={focused}>
      {ladderPaneLines(connection, page, side.rung).map((spans, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the pane
        <Row key={place} spans={[span(' '), ...spans]} />
      ))}
    </Frame>
  );
});
