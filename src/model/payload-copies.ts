import { byteFormats } from '../text/byte-formats.ts';
import { exact } from '../text/format.ts';
import type { Piece } from './payload.ts';
import type { ReplayCommand } from './replay-commands.ts';
import { saidIn } from './said.ts';

/** A text for the clipboard. `command` is null where it is too long for that, which the remark says. */
export type Copyable = Pick<ReplayCommand, 'remark'> & { readonly tool: string; readonly command: string | null };

/** What each direction says, in each format. A text of more than `maxBytes` (UTF-8) is not for the clipboard. */
export const payloadCopies = (pieces: readonly Piece[], maxBytes: number): readonly Copyable[] =>
  (['in', 'out'] as const).flatMap((direction) => {
    const { parts, length, missing } = saidIn(pieces, direction);
    // No format is shorter than the bytes: a long direction is not written at all.
    const bytes = length > maxBytes ? null : new Uint8Array(Buffer.concat(parts));
    const left = missing === 0 ? null : `${exact(missing)} B more are not kept, and left out`;
    return byteFormats.map(({ name, write }) => {
      const text = bytes === null ? null : write(bytes);
      const fits = text !== null && Buffer.byteLength(text) <= maxBytes;
      const size = `${exact(length)} B are too long for the clipboard: /save-bytes ${direction} FILE`;
      return { tool: `${direction} ${name}`, command: fits ? text : null, remark: fits ? left : size };
    });
  });
