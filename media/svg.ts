import type { Cell } from '../test/support/terminal/cell.ts';
import { theme } from './palette.ts';
import { backgroundsOf, type Run, runsOf } from './runs.ts';
import { cell, type Shape, shapeOf } from './strokes.ts';

/** What is drawn: a screen, and the words around it. */
export interface Picture {
  readonly cells: readonly (readonly Cell[])[];
  readonly cursor: { readonly row: number; readonly column: number; readonly visible: boolean };
  /** In the title bar. */
  readonly title: string;
  /** For people who do not see the picture. */
  readonly description: string;
}

const fontSize = 15;
/** A wide glyph is one em wide in most fonts, and two cells are more than that. */
const wideFontSize = 16.5;
/** From the top of a cell to the line the letters stand on. */
const baseline = 14;
const barHeight = 36;
const padding = 16;

/** Draws a screen in a window, as an SVG that needs nothing beside it. */
export function toSvg(picture: Picture): string {
  return windowed(picture, [...drawRows(picture.cells), ...cursorOf(picture.cursor)]);
}

/** The window of a picture, as wide and high as its cells, with `screen` in it. */
export function windowed(
  { cells, title, description }: Pick<Picture, 'cells' | 'title' | 'description'>,
  screen: readonly string[],
): string {
  const width = (cells[0]?.length ?? 0) * cell.width + 2 * padding;
  const height = cells.length * cell.height + barHeight + 2 * padding;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
      ' role="img" aria-labelledby="title">',
    `<title id="title">${escaped(description)}</title>`,
    windowFrame(width, height, title),
    `<g transform="translate(${padding} ${barHeight + padding})" font-size="${fontSize}"` +
      ` font-family="'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK KR', monospace">`,
    ...screen,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** The cells of a screen: backgrounds, then boxes and bars, then text. */
export function drawRows(cells: Picture['cells']): string[] {
  return [
    ...cells.flatMap((row, y) => backgroundsOf(row).map((stretch) => rectangle(stretch, y))),
    ...outlines(cells),
    ...cells.flatMap((row, y) =>
      runsOf(row)
        .filter(isText)
        .map((run) => textElement(run, y)),
    ),
  ];
}

/** The cursor, where it is on view. */
export function cursorOf(cursor: Picture['cursor']): string[] {
  return cursor.visible ? [rectangle({ column: cursor.column, width: 1, colour: theme.text }, cursor.row, 0.7)] : [];
}

function windowFrame(width: number, height: number, title: string): string {
  const dots = [theme.edge, theme.edge, theme.edge].map(
    (colour, i) => `<circle cx="${20 + i * 20}" cy="${barHeight / 2}" r="6" fill="${colour}"/>`,
  );
  return [
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="${theme.background}"/>`,
    `<path d="M.5 ${barHeight}V10.5a10 10 0 0 1 10-10H${width - 10.5}a10 10 0 0 1 10 10V${barHeight}z" fill="${theme.bar}"/>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="none" stroke="${theme.edge}"/>`,
    ...dots,
    `<text x="${width / 2}" y="${barHeight / 2 + 5}" fill="${theme.muted}" font-size="13" text-anchor="middle"` +
      ` font-family="system-ui, 'DejaVu Sans', sans-serif">${escaped(title)}</text>`,
  ].join('\n');
}

/** Box-drawing and block characters: one path for each colour and kind. */
function outlines(cells: Picture['cells']): string[] {
  const paths = new Map<string, string[]>();
  for (const [y, row] of cells.entries()) {
    for (const run of runsOf(row)) {
      const shape = shapeOfRun(run, y);
      if (shape === null) continue;
      const attributes = paint(shape.kind, run.paint.ink);
      paths.set(attributes, [...(paths.get(attributes) ?? []), shape.path]);
    }
  }
  return Array.from(paths, ([attributes, pieces]) => `<path d="${pieces.join('')}" ${attributes}/>`);
}

function shapeOfRun({ text, column }: Run, row: number): Shape | null {
  return shapeOf(text, column * cell.width, row * cell.height);
}

function paint(kind: Shape['kind'], colour: string): string {
  if (kind === 'fill') return `fill="${colour}"`;
  return `fill="none" stroke="${colour}" stroke-width="${kind === 'heavy' ? 2 : 1}"`;
}

const isText = (run: Run) => shapeOfRun(run, 0) === null;

function textElement(run: Run, row: number): string {
  const x = run.column * cell.width;
  const y = row * cell.height + baseline;
  const isOneGlyph = !/^[ -~]/u.test(run.text);
  // One glyph stands in the middle of its cells, as wide as its font has it; a run is set to the terminal's advance.
  const place = isOneGlyph
    ? `x="${x + (run.width * cell.width) / 2}" y="${y}" text-anchor="middle"`
    : `x="${x}" y="${y}" textLength="${run.width * cell.width}"`;
  const style = [
    run.width === 2 && isOneGlyph ? ` font-size="${wideFontSize}"` : '',
    run.bold ? ' font-weight="bold"' : '',
    run.italic ? ' font-style="italic"' : '',
    run.underline ? ' text-decoration="underline"' : '',
  ];
  return `<text ${place} fill="${run.paint.ink}"${style.join('')}>${escaped(run.text)}</text>`;
}

function rectangle(stretch: { column: number; width: number; colour: string }, row: number, opacity = 1): string {
  const place = `x="${stretch.column * cell.width}" y="${row * cell.height}"`;
  const look = `fill="${stretch.colour}"${opacity === 1 ? '' : ` fill-opacity="${opacity}"`}`;
  return `<rect ${place} width="${stretch.width * cell.width}" height="${cell.height}" ${look}/>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
