import { Box } from 'ink';
import { memo } from 'react';
import type { Entry } from '../../model/chat/transcript.ts';
import type { Client } from '../../model/view.ts';
import { shortEndpoint } from '../../text/endpoint.ts';
import { printable } from '../../text/printable.ts';
import { cellWidth, fit } from '../../text/width.ts';
import { Frame } from '../frame.tsx';
import { glyphs } from '../glyphs.ts';
import { clientCells, isRuled, type Rect, transcriptRows } from '../layout.ts';
import { palette, type Style } from '../palette.ts';
import { Row, span } from '../row.tsx';
import type { Prompt as PromptState } from '../state/prompt-state.ts';
import { type Anchor, visibleLines } from '../state/scroll.ts';
import { Prompt } from './prompt.tsx';
import { type TranscriptLine, transcriptPage } from './transcript-lines.ts';

interface TranscriptProps {
  /** The visible lines, oldest first. */
  readonly lines: readonly TranscriptLine[];
  /** Cells of a line. */
  readonly cells: number;
  /** Rows to fill: the lines are at the bottom, next to the prompt. */
  readonly rows: number;
}

const styles: Readonly<Record<TranscriptLine['kind'], { readonly mark: Style; readonly body: Style }>> = {
  sent: { mark: palette.accent, body: palette.plain },
  received: { mark: palette.good, body: palette.plain },
  info: { mark: palette.dim, body: palette.dim },
  error: { mark: palette.bad, body: palette.bad },
};

/** The chat: time, direction, message, and the round trip at the right. */
const Transcript = ({ lines, cells, rows }: TranscriptProps) => (
  <>
    <Box height={rows - lines.length} flexShrink={0} />
    {lines.map(({ key, kind, time, mark, body, odd, tail }) => {
      const bodyCells = cells - cellWidth(time) - cellWidth(mark) - 2 - cellWidth(tail);
      const fitted = fit(body, bodyCells);
      return (
        <Row
          key={key}
          spans={[
            span(` ${time} `, palette.dim),
            span(`${mark} `, styles[kind].mark),
            span(fitted.slice(0, odd), styles[kind].body),
            span(fitted.slice(odd), odd < body.length ? palette.bad : styles[kind].body),
            span(tail, tail.startsWith('≠') ? palette.bad : palette.dim),
          ]}
        />
      );
    })}
  </>
);

interface ClientPaneProps {
  readonly rect: Rect;
  readonly focused: boolean;
  readonly tabs: readonly (string | null)[];
  readonly typing: boolean;
  readonly client: Client;
  readonly transcript: readonly Entry[];
  readonly anchor: Anchor;
  readonly prompt: PromptState;
  readonly task: string | null;
  /** What our own server holds of what was sent; null: nothing. */
  readonly holding: string | null;
  readonly refusal: string | null;
}

/** The chat of the embedded client with its peer. */
export const ClientPane = memo(
  ({ rect, focused, tabs, typing, client, transcript, anchor, prompt, task, holding, refusal }: ClientPaneProps) => {
    const cells = clientCells(rect);
    const rows = transcriptRows(rect);
    const { lines, newer } = visibleLines(transcriptPage(transcript, cells, rows), anchor);
    const hint = newer > 0 ? `↓ ${newer} newer` : (task ?? statusTexts(client, holding));
    return (
      <Frame
        rect={rect}
        title={titleOf(client)}
        tabs={tabs}
        hint={hint}
        hintStyle={newer > 0 ? palette.strong : statusStyle[client.status]}
        focused={focused}
      >
        <Transcript lines={lines} cells={cells} rows={rows} />
        {isRuled(rect) && <Row spans={[span(` ${ruleOf(client, cells)}`, palette.dim)]} />}
        <Prompt
          prompt={prompt}
          typing={typing}
          status={client.status}
          holding={holding}
          refusal={refusal}
          cells={cells}
        />
      </Frame>
    );
  },
);

const titleOf = ({ endpoint }: Client): string => {
  if (endpoint === null) return 'Client';
  return `Client ${glyphs.toServer} ${printable(shortEndpoint(endpoint))}`;
};

const statusText: Readonly<Record<Client['status'], string>> = {
  offline: 'offline',
  connecting: 'connecting…',
  online: 'online',
  finished: 'half-closed',
  ended: 'peer ended',
};

/** The line above the prompt. A narrow pane has no room in its title for what it says. */
const ruleOf = ({ status, compares }: Client, cells: number): string =>
  `${status === 'online' && !compares ? '── not compared ' : ''}`.padEnd(cells, '─');

/** From the longest to the shortest. While it is online it says whether replies are compared with what was sent. */
const statusTexts = ({ status, compares }: Client, holding: string | null): readonly string[] =>
  holding !== null
    ? [`${holding}, ${statusText[status]}`, statusText[status]]
    : status === 'online'
      ? [`${compares ? 'echo compared' : 'not compared'}, online`, statusText[status]]
      : [statusText[status]];

const statusStyle: Readonly<Record<Client['status'], Style>> = {
  offline: palette.bad,
  connecting: palette.dim,
  online: palette.good,
  finished: palette.warn,
  ended: palette.warn,
};
