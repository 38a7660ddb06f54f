import { escapeBytes } from './escapes.ts';

/** A way to write bytes so that a program or a person can take them elsewhere. What it writes has no control but line feeds. */
export interface ByteFormat {
  readonly name: string;
  readonly write: (bytes: Uint8Array) => string;
}

const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Bytes in a line of a C array: 72 characters. */
const perLine = 12;

/** C has no array without elements: that of no byte at all has a zero, and `data_len` says so. */
const cArray = (bytes: Uint8Array): string => {
  const elements = Array.from(bytes.length === 0 ? [0] : bytes, (byte) => `0x${hexOf(byte)}`);
  const lines = Array.from({ length: Math.ceil(elements.length / perLine) }, (_, line) =>
    elements.slice(line * perLine, (line + 1) * perLine).join(', '),
  );
  return `unsigned char data[] = {\n  ${lines.join(',\n  ')}\n};\nunsigned int data_len = ${bytes.length};\n`;
};

const pythonNames: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 39: "\\'", 92: '\\\\' };

/** As Python's repr writes bytes, always in single quotes. */
const python = (bytes: Uint8Array): string => {
  const characters = Array.from(
    bytes,
    (byte) => pythonNames[byte] ?? (byte < 0x20 || byte > 0x7e ? `\\x${hexOf(byte)}` : String.fromCharCode(byte)),
  );
  return `b'${characters.join('')}'`;
};

/** The formats in which payload is copied. The copy menu reads this table. */
export const byteFormats: readonly ByteFormat[] = [
  { name: 'text', write: escapeBytes },
  { name: 'hex', write: (bytes) => Array.from(bytes, hexOf).join(' ') },
  { name: 'base64', write: (bytes) => Buffer.from(bytes).toString('base64') },
  { name: 'C', write: cArray },
  { name: 'Python', write: python },
];

const printfNames: Readonly<Record<number, string>> = { 10: '\\n', 13: '\\r', 9: '\\t', 37: '%%', 92: '\\\\' };

/**
 * Bytes as the format of printf(1), in single quotes: ASCII alone, so that no locale matters, and no character that a shell
 * would act on. Escapes are octal, the only ones that POSIX has; three digits, so that a digit behind them is not read as
 * part of them. A dash in front would be an option.
 */
export const printfFormat = (bytes: Uint8Array): string => {
  const characters = Array.from(bytes, (byte, place) => {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x27 && !(place === 0 && byte === 0x2d);
    return printfNames[byte] ?? (isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`);
  });
  return `'${characters.join('')}'`;
};
