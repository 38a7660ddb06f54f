import { expect, it } from 'vitest';
import type { Piece } from '../../src/model/payload.ts';
import { payloadCopies } from '../../src/model/payload-copies.ts';

const chunk = (by: 'peer' | 'us', text: string, skipped = 0): Piece => ({
  type: 'chunk',
  key: 1,
  by,
  at: 0,
  offset: 0,
  bytes: Buffer.from(text),
  skipped,
});

const told = (pieces: readonly Piece[], maxBytes: number) =>
  payloadCopies(pieces, maxBytes).map(({ tool, command, remark }) => [tool, command, remark]);

it('has each direction whole, whatever pieces it came in, and counts what is not kept', () => {
  const pieces = [chunk('peer', 'he'), chunk('us', 'no'), { type: 'skipped', key: 2, peer: 7, us: 0 } as const];
  const copies = told([...pieces, chunk('peer', 'llo', 5)], 4096);
  expect(copies[0]).toEqual(['in text', 'hello', '12 B more are not kept, and left out']);
  expect(copies[1]?.[1]).toBe('68 65 6c 6c 6f');
  expect(copies[5]).toEqual(['out text', 'no', null]);
  expect(copies.map(([name]) => name)).toContain('out Python');
});

it('hands over no part of what is too long, and names the way that is left', () => {
  const copies = told([chunk('peer', 'hello'), chunk('us', 'x'.repeat(11))], 10);
  expect(copies[0]).toEqual(['in text', 'hello', null]);
  expect(copies[1]).toEqual(['in hex', null, '5 B are too long for the clipboard: /save-bytes in FILE']);
  expect(copies[5]).toEqual(['out text', null, '11 B are too long for the clipboard: /save-bytes out FILE']);
});
