import { memo } from 'react';
import type { Entry } from '../model/transcript.ts';
import type { Client } from '../model/view.ts';
import { hostPort } from '../text/endpoint.ts';
import { printable } from '../text/printable.ts';
import { Frame } from './frame.tsx';
import { glyphs } from './glyphs.ts';
import { clientCells, isRuled, type Rect, transcriptRows } from './layout.ts';
import { palette, type Style } from './palette.ts';
import { Prompt } from './prompt.tsx';
import type { Prompt as PromptState } from './prompt-state.ts';
import { Row, span } from './row.tsx';
import { type Anchor, visibleLines } from './scroll.ts';
import { Transcript } from './transcript.tsx';
import { transcriptPage } from './wrapped.ts';

interface ClientPaneProps {
  readonly rect: Rect;
  readonly focused: boolean;
  readonly typing: boolean;
  readonly client: Client;
  readonly transcript: readonly Entry[];
  readonly anchor: Anchor;
  readonly prompt: PromptState;
  readonly task: string | null;
}

/** The chat with whatever the embedded client talks to. */
export const ClientPane = memo(
  ({ rect, focused, typing, client, transcript, anchor, prompt, task }: ClientPaneProps) => {
    const cells = clientCells(rect);
    const rows = transcriptRows(rect);
    const { lines, newer } = visibleLines(transcriptPage(transcript, cells, rows), anchor);
    const hint = newer > 0 ? `↓ ${newer} newer` : (task ?? statusText[client.status]);
    return (
      <Frame
        rect={rect}
        title={titleOf(client)}
        hint={hint}
        hintStyle={newer > 0 ? palette.strong : statusStyle[client.status]}
        focused={focused}
      >
        <Transcript lines={lines} cells={cells} rows={rows} />
        {isRuled(rect) && <Row spans={[span(` ${'─'.repeat(cells)}`, palette.dim)]} />}
        <Prompt prompt={prompt} typing={typing} status={client.status} cells={cells} />
      </Frame>
    );
  },
);

const titleOf = ({ endpoint }: Client): string => {
  if (endpoint === null) return 'Client';
  const scheme = endpoint.transport === 'udp' ? 'udp://' : '';
  return `Client ${glyphs.sent} ${printable(`${scheme}${hostPort(endpoint.host, endpoint.port)}`)}`;
};

const statusText: Readonly<Record<Client['status'], string>> = {
  offline: 'offline',
  connecting: 'connecting…',
  online: 'online',
  finished: 'half-closed',
  ended: 'peer ended',
};

const statusStyle: Readonly<Record<Client['status'], Style>> = {
  offline: palette.bad,
  connecting: palette.dim,
  online: palette.good,
  finished: palette.warn,
  ended: palette.warn,
};
