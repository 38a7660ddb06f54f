import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byteFormats, printfFormat } from '../../src/text/byte-formats.ts';
import { unescapeText } from '../../src/text/escapes.ts';
import { parseHex } from '../../src/text/hex-input.ts';

const written = (name: string, bytes: Uint8Array): string =>
  byteFormats.find((format) => format.name === name)?.write(bytes) ?? 'none';

it('writes bytes as text, hex, base64, C and Python', () => {
  const bytes = Buffer.from("it's \\ 5\n\xff", 'latin1');
  expect(byteFormats.map(({ name }) => [name, written(name, bytes)])).toEqual([
    ['text', "it's \\\\ 5\\n\\xFF"],
    ['hex', '69 74 27 73 20 5c 20 35 0a ff'],
    ['base64', 'aXQncyBcIDUK/w=='],
    [
      'C',
      'unsigned char data[] = {\n  0x69, 0x74, 0x27, 0x73, 0x20, 0x5c, 0x20, 0x35, 0x0a, 0xff\n};\nunsigned int data_len = 10;\n',
    ],
    ['Python', "b'it\\'s \\\\ 5\\n\\xff'"],
  ]);
});

it('can be read back as the same bytes, and holds no control but line feeds', () => {
  const bytesOf = (text: string) => Array.from(text.matchAll(/0x([\da-f]{2})/g), ([, hex = '']) => Number(`0x${hex}`));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      expect(unescapeText(written('text', bytes))).toEqual(bytes);
      expect(parseHex(written('hex', bytes))).toEqual(bytes);
      expect(new Uint8Array(Buffer.from(written('base64', bytes), 'base64'))).toEqual(bytes);
      expect(Uint8Array.from(bytesOf(written('C', bytes)))).toEqual(bytes);
      // Controls are what must not be there.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: see above
      for (const { write } of byteFormats) expect(write(bytes)).not.toMatch(/[\0-\x09\x0b-\x1f\x7f]/);
    }),
  );
});

it('is printed by printf of a shell as it was', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const said = execFileSync('sh', ['-c', `printf ${printfFormat(bytes)}`]);
      expect(said.equals(bytes)).toBe(true);
    }),
    { numRuns: 50 },
  );
});
