/**
 * A character class: each is one UTF-16 unit, one grapheme whatever stands beside it, and one cell in a terminal (East
 * Asian ambiguous ones too: Ink counts them as narrow). ASCII, Latin, Cyrillic, dashes, arrows, operators, box drawing,
 * bars and marks.
 */
export const singles = String.raw`\x20-\x7E\u00A1-\u00AC\u00AE-\u02FF\u0400-\u0481\u2010-\u2027\u2030-\u205E\u2190-\u22FF\u23CE\u2500-\u259F\u25A0-\u25FC`;

/** Whether text has as many cells as UTF-16 units, by its characters alone. */
export const isSingles = (text: string): boolean => singlesOnly.test(text);

const singlesOnly = new RegExp(`^[${singles}]*$`);

/**
 * Text in which every UTF-16 unit is a grapheme: single cells, escape sequences, line feeds, and East Asian letters of two
 * cells. No carriage return: CR LF is one grapheme (UAX 29, GB3).
 */
const units = new RegExp(String.raw`^[\x1B\n${singles}\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF\uAC00-\uD7A3]*$`);

// Not by its full name: the build replaces `Intl.Segmenter` by the class below, in all libraries.
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
 * Splits text into graphemes as Intl.Segmenter does (UAX 29). The first Intl.Segmenter costs 20 ms, and each grapheme
 * about 1 µs, so it is made with the first text that needs it. Most of what a terminal shows needs none.
 */
export class Segmenter implements Pick<Intl.Segmenter, 'segment'> {
  segment(text: string): Intl.Segments {
    if (units.test(text)) return new Units(text);
    intl ??= new IntlSegmenter();
    return intl.segment(text);
  }
}
