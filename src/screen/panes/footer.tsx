import { memo } from 'react';
import { printable } from '../../text/printable.ts';
import { fit } from '../../text/width.ts';
import type { Mode } from '../keys/actions.ts';
import { footerHints } from '../keys/hints.ts';
import { palette } from '../palette.ts';
import { Row, span } from '../row.tsx';
import type { Remark } from '../state/prompt-state.ts';
import type { Confirmation } from '../state/reducer.ts';

interface FooterProps {
  readonly mode: Mode;
  /** What is to be said of the draft. */
  readonly remark: Remark | null;
  /** What the same key again will do. */
  readonly confirmation: Confirmation | null;
  /** The wire has failed. */
  readonly failed: boolean;
  readonly cells: number;
}

/** The last line: the keys that work now, or what is about to be done. */
export const Footer = memo(({ mode, remark, confirmation, failed, cells }: FooterProps) =>
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
        ...footerHints(mode, cells - 1, failed).flatMap(({ shown, effect }, place) => [
          span(place === 0 ? '' : '  '),
          span(shown, palette.strong),
          span(` ${effect}`, palette.dim),
        ]),
      ]}
    />
  ) : (
    <Row spans={[span(fit(` ${question(confirmation)}`, cells), palette.warn)]} />
  ),
);

const styles = { info: palette.plain, error: palette.bad } as const;

const question = ({ act, id }: Confirmation): string =>
  act === 'close'
    ? `x again closes #${id} with FIN; any other key leaves it open`
    : `X again resets #${id} with RST; any other key leaves it open`;
