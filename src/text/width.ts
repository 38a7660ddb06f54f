import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter();

/**
 * Characters that are one UTF-16 unit, one grapheme whatever stands beside them, and one cell (East Asian ambiguous
 * ones too: Ink counts them as narrow): ASCII, Latin, Cyrillic, and what frames, bars and marks are drawn with.
 */
const single = String.raw`\x20-\x7E\u00A1-\u00AC\u00AE-\u02FF\u0400-\u0481\u2010-\u2027\u2030-\u205E\u2190-\u22FF\u23CE\u2500-\u25FC`;

/** As many cells as characters. */
const singles = new RegExp(`^[${single}]*$`);

/** Kana, unified ideographs and Hangul syllables as well: every UTF-16 unit is a grapheme, of 1 or 2 cells. */
const plain = new RegExp(String.raw`^[${single}\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF\uAC00-\uD7A3]*$`);

/**
 * Cells that a terminal gives `text`, by the tables that Ink itself lays out with (string-width). These cost 265 µs for the
 * edge of a frame (107 characters), the pattern of single cells 0.3.
 */
export function cellWidth(text: string): number {
  return singles.test(text) ? text.length : stringWidth(text);
}

function plainCells(char: string): 1 | 2 {
  return singles.test(char) ? 1 : 2;
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
  if (singles.test(text)) {
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
