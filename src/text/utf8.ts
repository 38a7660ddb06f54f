/** Where the character begins that the byte at `offset` is part of. */
export const characterStart = (bytes: Uint8Array, offset: number): number => {
  let start = offset;
  // Continuation bytes are 10xxxxxx; a sequence has at most three.
  while (start > 0 && offset - start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
};

/** How many of the bytes make whole characters: fewer than all where more bytes could complete the last one. */
export const wholeCharacters = (bytes: Uint8Array): number => {
  const start = characterStart(bytes, bytes.length - 1);
  return sequenceLength(bytes[start] ?? 0) > bytes.length - start ? start : bytes.length;
};

/** Bytes of the sequence that `lead` begins; 1 where it begins none (Unicode 16, table 3-7). */
const sequenceLength = (lead: number): number => {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
};
