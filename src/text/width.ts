import stringWidth from 'string-width';
import { isSingles, Segmenter } from './graphemes.ts';

const segmenter = new Segmenter();

/** Printable ASCII: as many cells as characters. */
const ascii = /^[\x20-\x7E]*$/;

/** ASCII, kana, unified ideographs and Hangul syllables: every UTF-16 unit is one grapheme, of 1 or 2 cells. */
const plain = /^[\x20-\x7E\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF\uAC00-\uD7A3]*$/;

/** The cells of `text` in a terminal, by the tables of Ink (string-width). */
export function cellWidth(text: string): number {
  return isSingles(text) ? text.length : stringWidth(text);
}

function plainCells(char: string): 1 | 2 {
  return char <= '~' ? 1 : 2;
}

/**
 * The graphemes of `text` with their cells. Lazy: a long text costs no more than the part that is used. Plain text needs
 * neither segmenter nor tables: 20 Hangul syllables take 1 µs, not 100.
 */
function* glyphs(text: string): Generator<readonly [glyph: string, cells: number]> {
  if (plain.test(text)) {
    for (const glyph of text) yield [glyph, plainCells(glyph)];
  } else {
    for (const { segment } of segmenter.segment(text)) {
      yield [segment, plain.test(segment) ? plainCells(segment) : stringWidth(segment)];
    }
  }
}

function pad(text: string, blanks: number, align: 'left' | 'right'): string {
  return align === 'left' ? text + ' '.repeat(blanks) : ' '.repeat(blanks) + text;
}

/**
 * `text` in exactly `cells` cells: padded with spaces on the side that `align` leaves free, or cut, with `…` for the rest.
 * A wide glyph that would straddle the edge becomes padding. `text` is plain (see `printable`): styles go around the
 * result, never into it.
 */
export function fit(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  if (cells <= 0) return '';
  if (ascii.test(text)) {
    return text.length > cells ? `${text.slice(0, cells - 1)}…` : pad(text, cells - text.length, align);
  }
  let width = 0;
  let kept = '';
  let keptWidth = 0;
  for (const [glyph, glyphCells] of glyphs(text)) {
    width += glyphCells;
    if (width > cells) return pad(`${kept}…`, cells - keptWidth - 1, align);
    if (width < cells) {
      kept += glyph;
      keptWidth = width;
    }
  }
  return pad(text, cells - width, align);
}

/**
 * `text`, one line of plain text, as lines of at most `cells` cells (at least 1). Lines break at spaces, which then
 * vanish; a word longer than a line breaks between graphemes, and a glyph wider than a line becomes `…`. Spaces before
 * the first word stay. Always at least one line.
 */
export function wrap(text: string, cells: number): string[] {
  const room = Math.max(1, Math.floor(cells));
  const lines: string[] = [];
  let line = '';
  let width = 0;
  const next = () => {
    lines.push(line.replace(/ +$/, ''));
    line = '';
    width = 0;
  };
  for (const word of text.match(/ +|[^ ]+/g) ?? []) {
    const wordWidth = cellWidth(word);
    if (word.startsWith(' ')) {
      if (width + wordWidth > room) next();
      else {
        line += word;
        width += wordWidth;
      }
      continue;
    }
    if (width + wordWidth > room && wordWidth <= room) next();
    for (const [glyph, glyphCells] of glyphs(word)) {
      const shownCells = glyphCells > room ? 1 : glyphCells;
      if (width + shownCells > room) next();
      line += glyphCells > room ? '…' : glyph;
      width += shownCells;
    }
  }
  if (/[^ ]/.test(line) || lines.length === 0) next();
  return lines;
}
