import { memo } from 'react';
import { printable } from '../../text/printable.ts';
import { fit } from '../../text/width.ts';
import type { Mode } from '../keys/actions.ts';
import { footerHints } from '../keys/hints.ts';
import { palette } from '../palette.ts';
import { Row, span } from '../row.tsx';
import type { Remark } from '../state/prompt-state.ts';
import type { Confirmation } from '../state/state.ts';

interface FooterProps {
  readonly mode: Mode;
  readonly remark: Remark | null;
  readonly confirmation: Confirmation | null;
  /** The wire has failed. */
  readonly failed: boolean;
  /** What Enter does on the line of a message; null: nothing. */
  readonly enter: string | null;
  readonly cells: number;
}

/** The last line: the keys that work now, or what the second press of a key will do. */
export const Footer = memo(({ mode, remark, confirmation, failed, enter, cells }: FooterProps) =>
  remark !== null ? (
    <Row
      spans={[
        span(fit(` ${remark.tone === 'error' ? '! ' : ''}${printable(remark.text)}`, cells), styles[remark.tone]),
      ]}
    />
  ) : confirmation === null ? (
    <Row
      spans={[
        span(' '),
        ...footerHints(mode, cells - 1, failed, enter).flatMap(({ shown, effect }, place) => [
          span(place === 0 ? '' : '  '),
          span(shown, palette.strong),
          span(` ${effect}`, palette.dim),
        ]),
      ]}
    />
  ) : (
    <Row spans={[span(fit(` ${confirmation.text}`, cells), palette.warn)]} />
  ),
);

const styles = { info: palette.plain, error: palette.bad } as const;
