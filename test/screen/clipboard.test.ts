import { expect, it } from 'vitest';
import { toClipboard } from '../../src/screen/clipboard.ts';

it('hands a text to the clipboard as base64, and none that is longer than 4 KiB', () => {
  expect(toClipboard('nc 안녕')).toBe(`\x1b]52;c;${Buffer.from('nc 안녕').toString('base64')}\x07`);
  expect(toClipboard('x'.repeat(4096))).not.toBe('');
  expect(toClipboard('x'.repeat(4097))).toBe('');
  expect(toClipboard('안'.repeat(1366))).toBe('');
});
