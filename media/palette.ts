import type { Cell, Colour } from '../test/support/terminal/cell.ts';

/** Restrained colours of a dark terminal: bright enough to read at half size, none louder than the text. */
export const theme = {
  text: '#d5dbe5',
  background: '#11151c',
  bar: '#1a202a',
  edge: '#2a3240',
  muted: '#7b8698',
} as const;

const named = [
  ...['#1e2530', '#e2737c', '#8fcb8b', '#dfb878', '#74a9f5', '#c397e6', '#66c4cf', '#c3cbd8'],
  ...['#66728a', '#f1939a', '#abdfa7', '#eed09b', '#9cc5fb', '#d8b6f3', '#8fdce4', '#f1f4f9'],
];

const cubeLevels = [0, 95, 135, 175, 215, 255];

/** What a cell is painted with: the ink and what lies behind it, null for the background of the window. */
export interface Paint {
  readonly ink: string;
  readonly behind: string | null;
}

/** Resolves a cell's colours to `#rrggbb`, inverse and dim included. */
export function paintOf(cell: Cell): Paint {
  const foreground = toHex(cell.foreground) ?? theme.text;
  const background = toHex(cell.background);
  const ink = cell.inverse ? (background ?? theme.background) : foreground;
  const behind = cell.inverse ? foreground : background;
  return { ink: cell.dim ? mix(ink, behind ?? theme.background, 0.58) : ink, behind };
}

function toHex(colour: Colour): string | null {
  return typeof colour === 'number' ? indexed(colour) : colour;
}

/** The 256 colours of xterm: 16 named ones, a cube of 6x6x6, and 24 greys. */
function indexed(index: number): string {
  const name = named[index];
  if (name !== undefined) return name;
  if (index >= 232) return hex([0, 0, 0].map(() => 8 + (index - 232) * 10));
  const cell = index - 16;
  return hex([Math.floor(cell / 36), Math.floor(cell / 6) % 6, cell % 6].map((level) => cubeLevels[level] ?? 0));
}

/** `share` of the first colour in the second, so that strokes which overlap do not darken as opacity would. */
function mix(colour: string, other: string, share: number): string {
  const others = channels(other);
  return hex(channels(colour).map((value, i) => Math.round(value * share + (others[i] ?? 0) * (1 - share))));
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}

function hex(values: readonly number[]): string {
  return `#${values.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
