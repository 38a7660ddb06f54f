import type { TalkLine } from '../../model/talk.ts';
import { clockTime, exact, plural, size } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { fit } from '../../text/width.ts';
import { Frame, Remark } from '../frame.tsx';
import { glyphs } from '../glyphs.ts';
import type { Rect } from '../layout.ts';
import { palette } from '../palette.ts';
import { Row, span } from '../row.tsx';
import { type Anchor, type Page, visibleLines } from '../state/scroll.ts';

export const talkPage = (entries: readonly TalkLine[], rows: number): Page<TalkLine, TalkLine> => ({
  entries,
  rows,
  wrap: (line) => [line],
});

interface TalkPaneProps {
  readonly rect: Rect;
  readonly focused: boolean;
  readonly tabs: readonly (string | null)[];
  readonly page: Page<TalkLine, TalkLine>;
  readonly anchor: Anchor;
  /** Of the list; empty where it shows all. */
  readonly filter: string;
  /** It stands still. */
  readonly isHeld: boolean;
}

/** What all connections say, one line a message. */
export const TalkPane = ({ rect, focused, tabs, page, anchor, filter, isHeld }: TalkPaneProps) => {
  const { lines, newer } = visibleLines(page, anchor);
  const still = newer > 0 ? `paused, ↓ ${exact(newer)} newer` : 'paused';
  const hint = isHeld ? still : printable(filter);
  const cells = rect.width - 2;
  return (
    <Frame
      rect={rect}
      title='Talk'
      tabs={tabs}
      hint={hint}
      hintStyle={isHeld ? palette.strong : palette.dim}
      focused={focused}
    >
      {lines.length === 0 && <Remark text='Nobody has said anything so far.' cells={cells} />}
      {lines.map((line) => (
        <Line key={line.key} line={line} cells={cells} />
      ))}
    </Frame>
  );
};

const Line = ({ line, cells }: { readonly line: TalkLine; readonly cells: number }) => {
  if (line.type === 'unsaid') {
    const messages =
      line.messages === 0 ? '' : `${plural(line.messages, 'message')}${line.isMore ? ' and more' : ''}, `;
    return <Row spans={[span(fit(` ⋮ ${messages}${size(line.bytes)} not shown`, cells), palette.warn)]} />;
  }
  const isPeer = line.by === 'peer';
  const head = ` ${clockTime(line.wallMs)} ${`#${line.id}`.padStart(6)} ${isPeer ? glyphs.toServer : glyphs.toClient} `;
  const body = `${printable(line.bytes)}${line.more > 0 ? ` … ${exact(line.more)} B more` : ''}`;
  return (
    <Row
      spans={[span(head, isPeer ? palette.accent : palette.good), span(fit(body, Math.max(0, cells - head.length)))]}
    />
  );
};
