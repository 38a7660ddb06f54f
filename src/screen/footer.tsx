import { memo } from 'react';
import { footerHints } from './hints.ts';
import type { Mode } from './keymap.ts';
import { palette } from './palette.ts';
import { Row, span } from './row.tsx';

interface FooterProps {
  readonly mode: Mode;
  readonly cells: number;
}

/** The last line: the keys that work now. */
export const Footer = memo(({ mode, cells }: FooterProps) => (
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
));
