/**
 * Characters, as a class of a pattern, of which each is one UTF-16 unit, one grapheme whatever stands beside it, and one
 * cell in a terminal (East Asian ambiguous ones too: Ink counts them as narrow): ASCII, Latin, Cyrillic, dashes, arrows,
 * operators, and what frames, bars and marks are drawn with.
 */
export const singles = String.raw`\x20-\x7E\u00A1-\u00AC\u00AE-\u02FF\u0400-\u0481\u2010-\u2027\u2030-\u205E\u2190-\u22FF\u23CE\u2500-\u259F\u25A0-\u25FC`;

/** Text of single cells alone: as many cells as characters. */
export const isSingles = (text: string): boolean => singlesOnly.test(text);

const singlesOnly = new RegExp(`^[${singles}]*$`);

/**
 * The same, with escape sequences and line feeds between, and the letters of East Asia that are two cells wide: every
 * UTF-16 unit is a grapheme. No carriage return: with a line feed behind it it would be one (UAX 29, GB3).
 */
const units = new RegExp(String.raw`^[\x1B\n${singles}\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF\uAC00-\uD7A3]*$`);

// Not `Intl.Segmenter` by its full name: the build puts the class below in the place of that one, in all libraries.
const { Segmenter: IntlSegmenter } = Intl;
let intl: Intl.Segmenter | null = null;

/** The graphemes of a text in which every UTF-16 unit is one. */
class Units implements Intl.Segments {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  containing(index = 0): Intl.SegmentData | undefined {
    const segment = this.#text[index];
    return segment === undefined ? undefined : { segment, index, input: this.#text };
  }

  *[Symbol.iterator](): Intl.SegmentIterator<Intl.SegmentData> {
    const input = this.#text;
    for (let index = 0; index < input.length; index++) yield { segment: input.charAt(index), index, input };
  }
}

/**
 * Cuts text into graphemes as Intl.Segmenter does (UAX 29), which costs 20 ms when the first one is made and about a
 * microsecond for each grapheme: it is made with the first text that needs it. Most of what a terminal shows needs none.
 */
export class Segmenter implements Pick<Intl.Segmenter, 'segment'> {
  segment(text: string): Intl.Segments {
    if (units.test(text)) return new Units(text);
    intl ??= new IntlSegmenter();
    return intl.segment(text);
  }
}
