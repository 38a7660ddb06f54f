import { memo } from 'react';
import type { Snapshot } from '../../model/snapshot.ts';
import { type Endpoint, formatEndpoint } from '../../text/endpoint.ts';
import { clockTime, exact, rate } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { cellWidth, fit } from '../../text/width.ts';
import { type Pane, paneNames, panes } from '../layout.ts';
import { palette, type Style } from '../palette.ts';
import { Row, type Span, span } from '../row.tsx';

/** Fixed cells of a rate, so that the numbers beside it do not move. */
const rateCells = 9;

interface HeaderProps {
  readonly snapshot: Snapshot;
  readonly endpoints: readonly Endpoint[];
  /** When the picture was frozen, ms since 1970; null while it moves. */
  readonly frozenWallMs: number | null;
  readonly cells: number;
}

/** The first line: the program, its endpoints, and the totals. */
export const Header = memo(({ snapshot, endpoints, frozenWallMs, cells }: HeaderProps) => (
  <Row spans={headerSpans(snapshot, endpoints, cells, frozenWallMs)} />
));

/** The longest pair of a left and a right part that fits in `cells` cells. Pure. */
export const headerSpans = (
  { totals, rate: rates, discipline }: Snapshot,
  endpoints: readonly Endpoint[],
  cells: number,
  frozenWallMs: number | null = null,
): readonly Span[] => {
  const addresses = endpoints.map((endpoint) => printable(formatEndpoint(endpoint)));
  const [first = 'not listening', ...others] = addresses;
  const all = addresses.length === 0 ? first : addresses.join(' ');
  const some = others.length === 0 ? first : `${first} +${others.length}`;
  const frozen = frozenWallMs === null ? null : span(`frozen at ${clockTime(frozenWallMs)}`, palette.warn);
  const name = frozen ?? span('echoscope', palette.title);
  const echo = span(`  echo ${discipline}`);

  const open = `${exact(totals.open)} open`;
  const served = `${open} · ${exact(totals.served)} served`;
  const refused = totals.refused === 0 ? served : `${served} · ${exact(totals.refused)} refused`;
  const flow = `in ${fit(rate(rates.in), rateCells, 'right')} · out ${fit(rate(rates.out), rateCells, 'right')}`;

  const lefts = {
    full: [name, span(`  ${all}`), echo],
    some: [name, span(`  ${some}`), echo],
    brief: [name, span(`  ${some}`)],
    // A frozen picture must be marked at every width.
    address: frozen === null ? [span(some)] : [frozen, span(`  ${some}`)],
    minimal: frozen === null ? [span(fit(some, cells - 2))] : [frozen],
  };
  const pairs: readonly (readonly [readonly Span[], string])[] = [
    [lefts.full, `${refused} · ${flow}`],
    [lefts.some, `${refused} · ${flow}`],
    [lefts.some, `${open} · ${flow}`],
    [lefts.some, refused],
    [lefts.some, open],
    [lefts.brief, open],
    [lefts.address, open],
    [lefts.address, ''],
    [lefts.minimal, ''],
  ];
  // One blank cell at either end, two between the parts.
  const fits = ([left, right]: readonly [readonly Span[], string]) => widthOf(left) + cellWidth(right) + 4 <= cells;
  const [left, right] = pairs.find(fits) ?? [lefts.minimal, ''];
  const gap = cells - 2 - widthOf(left) - cellWidth(right);
  return [span(' '), ...left, span(' '.repeat(Math.max(0, gap))), span(right, palette.plain)];
};

const widthOf = (spans: readonly Span[]): number => spans.reduce((sum, { text }) => sum + cellWidth(text), 0);

interface NoticeProps {
  readonly text: string;
  readonly style: Style;
  readonly cells: number;
}

/** A warning below the header. */
export const Notice = ({ text, style, cells }: NoticeProps) => (
  <Row spans={[span(' ! ', style), span(fit(printable(text), cells - 3), style)]} />
);

/** The names of the panes, where there is room for one of them. */
export const Tabs = memo(({ focus }: { readonly focus: Pane }) => (
  <Row
    spans={panes.map((pane) =>
      pane === focus ? span(`[${paneNames[pane]}]`, palette.title) : span(` ${paneNames[pane]} `, palette.dim),
    )}
  />
));
