/** Size of a cell in px: whole numbers keep every edge on a pixel. 9 is the advance of DejaVu Sans Mono at 15 px. */
export const cell = { width: 9, height: 18 } as const;

/** The arms of a box-drawing character, each from the middle of the cell to an edge: up, right, down, left. */
const arms: Readonly<Record<string, string>> = {
  '─': 'rl',
  '│': 'ud',
  '┌': 'rd',
  '┐': 'dl',
  '└': 'ur',
  '┘': 'ul',
  '├': 'urd',
  '┤': 'udl',
  '┬': 'rdl',
  '┴': 'url',
  '┼': 'urdl',
  '╴': 'l',
  '╵': 'u',
  '╶': 'r',
  '╷': 'd',
};

const heavyArms: Readonly<Record<string, string>> = {
  '━': 'rl',
  '┃': 'ud',
  '┏': 'rd',
  '┓': 'dl',
  '┗': 'ur',
  '┛': 'ul',
};

/** The two ends of a rounded corner. */
const corners: Readonly<Record<string, readonly [string, string]>> = {
  '╭': ['d', 'r'],
  '╮': ['d', 'l'],
  '╰': ['u', 'r'],
  '╯': ['u', 'l'],
};

const lowerBlocks = '▁▂▃▄▅▆▇█';
const leftBlocks = '▏▎▍▌▋▊▉';

/** A piece of an SVG path: drawn as a line, as a heavy line, or filled. */
export interface Shape {
  readonly kind: 'line' | 'heavy' | 'fill';
  readonly path: string;
}

/**
 * The shape of a box-drawing or block character whose cell starts at (x, y), null for any other. Fonts draw these with
 * gaps as soon as the line height is not their own; shapes join whatever font the reader has.
 */
export function shapeOf(glyph: string, x: number, y: number): Shape | null {
  const line = arms[glyph];
  if (line !== undefined) return { kind: 'line', path: armsPath(line, x, y) };
  const heavy = heavyArms[glyph];
  if (heavy !== undefined) return { kind: 'heavy', path: armsPath(heavy, x, y) };
  const corner = corners[glyph];
  if (corner !== undefined) return { kind: 'line', path: cornerPath(corner, x, y) };
  return blockShape(glyph, x, y);
}

function armsPath(names: string, x: number, y: number): string {
  const { midX, midY } = middle(x, y);
  return [...names].map((name) => `M${midX} ${midY}${edge(name, x, y)}`).join('');
}

function cornerPath([from, to]: readonly [string, string], x: number, y: number): string {
  const { midX, midY } = middle(x, y);
  const radius = cell.width / 2;
  const startY = midY + (from === 'd' ? radius : -radius);
  const endX = midX + (to === 'r' ? radius : -radius);
  const start = edge(from, x, y).replace('V', `M${midX} `);
  return `${start}V${startY}Q${midX} ${midY} ${endX} ${midY}${edge(to, x, y)}`;
}

/** Half a pixel off the grid, so that a line of one pixel fills one. */
function middle(x: number, y: number): { midX: number; midY: number } {
  return { midX: x + Math.floor(cell.width / 2) + 0.5, midY: y + cell.height / 2 + 0.5 };
}

function edge(name: string, x: number, y: number): string {
  if (name === 'u') return `V${y}`;
  if (name === 'd') return `V${y + cell.height}`;
  return name === 'l' ? `H${x}` : `H${x + cell.width}`;
}

function blockShape(glyph: string, x: number, y: number): Shape | null {
  const eighthsUp = lowerBlocks.indexOf(glyph) + 1;
  if (eighthsUp > 0) {
    const height = Math.max(1, Math.round((cell.height * eighthsUp) / 8));
    // A hair between two bars keeps them apart; a full block is part of an area.
    const width = eighthsUp === 8 ? cell.width : cell.width - 1;
    return { kind: 'fill', path: rectangle(x, y + cell.height - height, width, height) };
  }
  const eighthsRight = leftBlocks.indexOf(glyph) + 1;
  if (eighthsRight === 0) return null;
  return { kind: 'fill', path: rectangle(x, y, (cell.width * eighthsRight) / 8, cell.height) };
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${x} ${y}h${width}v${height}h${-width}z`;
}
