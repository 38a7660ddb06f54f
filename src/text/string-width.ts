import { stripVTControlCharacters } from 'node:util';
import stringWidth, { type Options } from 'string-width';
import { cellWidth } from './width.ts';

/** Cells of a text that may have escape sequences in it, as string-width counts them; the build gives it to libraries. */
export default (text: string, options?: Options): number =>
  options === undefined ? cellWidth(stripVTControlCharacters(text)) : stringWidth(text, options);
