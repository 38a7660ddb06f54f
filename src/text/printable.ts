import { decodeBytes, isByteUnit } from './utf8.ts';

/** Text whose letters stand alone in every terminal: it needs no change. */
const harmless =
  /^[\x20-\x7E\u00A1-\u00AC\u00AE-\u02FF\u0400-\u0481\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF\uAC00-\uD7A3]*$/;

/** Controls, format and ignorable characters, separators, lone surrogates, and unassigned code points. */
const hidden = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cs}\p{Cn}]/u;

/** Letters that Unicode joins to the next character (Grapheme_Cluster_Break=Prepend): Ink counts one cell for both. */
const prepended =
  /[\u0D4E\u{111C2}\u{111C3}\u{113D1}\u{1193F}\u{11941}\u{11A3A}\u{11A84}-\u{11A89}\u{11D46}\u{11F02}]/u;

/** Marks that Ink counts a cell wider than any terminal draws them: of Hanunoo, of tones in old Hangul, of Vietnamese. */
const overcounted = /[\u1734\u302E\u302F\u{16FF0}\u{16FF1}]/u;

const mark = /\p{M}/u;
const pictograph = /\p{Extended_Pictographic}/u;
const keycap = /[0-9#*]/;
const skinTone = /[\u{1F3FB}-\u{1F3FF}]/u;
const presentation = /[\uFE0E\uFE0F]/;
const regional = /^[\u{1F1E6}-\u{1F1FF}]$/u;
const flag = /^\p{RGI_Emoji_Flag_Sequence}$/v;

/** A flag, which is two code points, or one code point. */
const token = /\p{RGI_Emoji_Flag_Sequence}|./gsv;

const leadingJamo = /[\u1100-\u115E\uA960-\uA97C]/;
const vowelJamo = /[\u1161-\u11A7\uD7B0-\uD7C6]/;
const trailingJamo = /[\u11A8-\u11FF\uD7CB-\uD7FB]/;
const loneLeadingJamo = /[\u1100-\u115E\uA960-\uA97C](?![\u1161-\u11A7\uD7B0-\uD7C6])/g;
const modernJamo = /[\u1100-\u1112][\u1161-\u1175][\u11A8-\u11C2]?/g;

/**
 * Marks that join the letter behind them to the one before (Indic_Conjunct_Break=Linker, Unicode 16). Ink counts cells by
 * such clusters, and takes a whole row of letters for one; terminals draw each of them.
 */
const linkers =
  '\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0C4D\u0CCD\u0D4D\u1039\u17D2\u1A60\u1B44\u1BAB\uA9C0\uAAF6\u{10A3F}\u{11133}\u{113D0}\u{1193E}\u{11A47}\u{11A99}\u{11F42}';
const joiningLinker = new RegExp(`([${linkers}]\\p{M}*)(?=\\p{L})`, 'gu');
// The non-joiner is first in the pattern: a lookbehind at every position would take quadratic time for many marks.
const splitLinker = new RegExp(`\u200C(?<=[${linkers}]\\p{M}*\u200C)(?=\\p{L})`, 'gu');

/** More than any language puts on one letter; further marks would paint over the rows above. */
const maxMarksPerBase = 4;

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0x0a) return '\\n';
  if (code === 0x0d) return '\\r';
  if (code === 0x09) return '\\t';
  const byte = isByteUnit(code) ? code - 0xdc00 : code;
  const hex = byte.toString(16).toUpperCase();
  return byte <= 0xff && byte !== 0xad ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}

/**
 * How to draw `char` behind `before`. `base` is the character that a mark would attach to, empty where none may; `marks`
 * are attached to it already.
 */
function treatmentOf(char: string, before: string, base: string, marks: number): 'keep' | 'attach' | 'drop' | 'escape' {
  const onEmoji = pictograph.test(base);
  if (char === '\u200D') return onEmoji || (base !== '' && mark.test(before)) ? 'drop' : 'escape';
  if (presentation.test(char)) return onEmoji || keycap.test(base) ? 'drop' : 'escape';
  if (skinTone.test(char)) return onEmoji ? 'drop' : 'escape';
  if (char === '\u20E3' && keycap.test(base)) return 'drop';
  if (hidden.test(char) || prepended.test(char) || overcounted.test(char) || regional.test(char)) return 'escape';
  if (mark.test(char)) return base !== '' && marks < maxMarksPerBase ? 'attach' : 'escape';
  if (vowelJamo.test(char)) return leadingJamo.test(before) ? 'attach' : 'escape';
  if (trailingJamo.test(char)) return base !== '' && vowelJamo.test(before) ? 'attach' : 'escape';
  return 'keep';
}

/**
 * Bytes or text from anywhere as one line that is safe to draw and as wide as it is counted. Everything received goes
 * through here before it reaches the terminal.
 *
 * - Bytes are read as UTF-8; each invalid byte becomes `\xNN`, as does what `decodeBytes` made of it in a text.
 * - C0 and C1 controls and DEL become `\n`, `\r`, `\t` or `\xNN`: no escape sequence survives, and a line stays one line.
 * - Invisible characters, and those that reorder text (bidi overrides, zero-width characters, tags, separators, lone
 *   surrogates, unassigned code points), become `\u{HEX}`: the line cannot look like other text.
 * - Terminals disagree by up to four cells on an emoji of several code points, and a frame breaks where the terminal
 *   counts otherwise. So joiners, variation selectors, skin tones and keycaps after an emoji are dropped, and each emoji
 *   stands alone. Regional indicators stay where they make a flag.
 * - For the same reason Hangul jamo become syllables, those that belong to none are escaped, and Thai and Lao AM is split
 *   in two, as Unicode decomposes it.
 * - Letters of Indic scripts that would become one conjunct are separated by a zero-width non-joiner, so that the virama
 *   shows: the only invisible character that is drawn, and only there.
 * - A combining mark without a base, and each beyond the fourth on one base, is escaped.
 * - A backslash among bytes becomes `\\`, as the prompt reads it: `\n` is a line feed, `\\n` a backslash and an n. In text
 *   it stays, because text may have escapes in it already.
 *
 * Letters of right-to-left scripts and private-use characters stay as they are. Terminals still differ on 411 spacing marks,
 * mostly vowel signs of Indic scripts: wcwidth(3) and Ink give each a cell, terminals that count by grapheme none (tried
 * in xterm.js with and without its add-on). No replacement has the same width in both, so behind such text a border may
 * be a cell too far to the left.
 */
export function printable(input: Uint8Array | string): string {
  const source = typeof input === 'string' ? input : decodeBytes(input).replaceAll('\\', '\\\\');
  if (harmless.test(source)) return source;
  const text = source
    .replace(modernJamo, (jamo) => jamo.normalize('NFC'))
    // It would join any Hangul letter behind it.
    .replace(loneLeadingJamo, escaped)
    .replace(splitLinker, '')
    .replace(/\u0E33/g, '\u0E4D\u0E32')
    .replace(/\u0EB3/g, '\u0ECD\u0EB2');

  let before = '';
  let base = '';
  let marks = 0;
  const shown = text.replace(token, (char) => {
    const treatment = treatmentOf(char, before, base, marks);
    before = char;
    if (treatment === 'drop') return '';
    if (treatment === 'attach') {
      marks += 1;
      return char;
    }
    marks = 0;
    base = treatment === 'keep' && !flag.test(char) ? char : '';
    return treatment === 'keep' ? char : escaped(char);
  });
  return shown.replace(joiningLinker, '$1\u200C');
}
