/**
 * Where an echo is not what was sent: the offset of the first such byte, null where there is none. What is not there
 * yet does not differ, unless `isWhole` says that nothing follows.
 */
export const firstDifference = (sent: Uint8Array, echo: Uint8Array, isWhole: boolean): number | null => {
  const common = Math.min(sent.length, echo.length);
  for (let offset = 0; offset < common; offset += 1) if (sent[offset] !== echo[offset]) return offset;
  return isWhole && sent.length !== echo.length ? common : null;
};

/** The start of the UTF-8 sequence that the byte at `offset` is part of, so that a character is never split. */
export const characterStart = (bytes: Uint8Array, offset: number): number => {
  let start = offset;
  // Continuation bytes are 10xxxxxx; a sequence has at most three.
  while (start > 0 && offset - start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
};
