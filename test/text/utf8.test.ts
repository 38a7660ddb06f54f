import { expect, it } from 'vitest';
import { characterStart, completeLength } from '../../src/text/utf8.ts';

const text = Buffer.from('a·안🙂');
const starts = [0, 1, 3, 6];

it('cuts bytes before the character that they end inside of', () => {
  for (let length = 0; length <= text.length; length++) {
    const whole = [...starts, text.length].findLast((start) => start <= length);
    expect(completeLength(text.subarray(0, length)), `${length} bytes`).toBe(whole);
  }
});

it('finds the first byte of a character by any of its bytes', () => {
  for (let offset = 0; offset < text.length; offset++)
    expect(characterStart(text, offset), `byte ${offset}`).toBe(starts.findLast((start) => start <= offset));
});

it('keeps bytes that no others can complete', () => {
  for (const bytes of [[0xc1], [0xf5, 0x80], [0x80, 0x80, 0x80, 0x80], [0x61, 0xe2, 0x61]])
    expect(completeLength(Uint8Array.from(bytes)), bytes.join(' ')).toBe(bytes.length);
});
