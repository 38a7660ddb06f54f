import { memo } from 'react';
import { fit } from '../text/width.ts';
import { footerHints } from './hints.ts';
import type { Mode } from './keymap.ts';
import { palette } from './palette.ts';
import { Row, span } from './row.tsx';
import type { Pending } from './state.ts';

interface FooterProps {
  readonly mode: Mode;
  /** What the same key again will do. */
  readonly pending: Pending | null;
  readonly cells: number;
}

/** The last line: the keys that work now, or what is about to be done. */
export const Footer = memo(({ mode, pending, cells }: FooterProps) =>
  pending === null ? (
    <Row
      spans={[
        span(' '),
        ...footerHints(mode, cells - 1).flatMap(({ shown, effect }, place) => [
          span(place === 0 ? '' : '  '),
          span(shown, palette.strong),
          span(` ${effect}`, palette.dim),
        ]),
      ]}
    />
  ) : (
    <Row spans={[span(fit(` ${question(pending)}`, cells), palette.warn)]} />
  ),
);

const question = ({ act, id }: Pending): string =>
  act === 'close'
    ? `x again closes #${id} with FIN; any other key leaves it open`
    : `X again resets #${id} with RST; any other key leaves it open`;
