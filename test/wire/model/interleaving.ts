/** Bytes of our own that were sent when between `from` and `to` bytes had been echoed. */
export interface Own {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

export const total = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

/**
 * Whether `received` is the echo with the bytes of our own in it, each in one piece, in their order and within their
 * bounds; or, where it need not be `whole`, the start of that.
 */
export function isInterleaving(received: Buffer, echo: Buffer, own: readonly Own[], whole: boolean): boolean {
  // Bytes of the echo that may stand before the next of our own: all at once, because they seldom differ.
  let places = [0];
  let inserted = 0;
  for (const { bytes, from, to } of own) {
    const next = new Set<number>();
    for (const place of places) {
      const last = Math.min(place + common(received, place + inserted, echo, place), to);
      for (let at = Math.max(place, from); at <= last; at++) {
        if (at + inserted < received.length && received[at + inserted] !== bytes[0]) continue;
        const matching = common(received, at + inserted, bytes, 0);
        if (!whole && at + inserted + matching === received.length) return true;
        if (matching === bytes.length) next.add(at);
      }
      if (!whole && last + inserted === received.length) return true;
    }
    places = [...next];
    inserted += bytes.length;
  }
  return places.some((place) => {
    const end = place + common(received, place + inserted, echo, place);
    return end + inserted === received.length && (!whole || end === echo.length);
  });
}

/** Bytes that both have in common from there on. */
function common(one: Uint8Array, from: number, other: Uint8Array, at: number): number {
  const most = Math.min(one.length - from, other.length - at);
  // Whole stretches at once: most of them are equal to their ends.
  if (most <= 0) return 0;
  const [left, right] = [
    Buffer.from(one.buffer, one.byteOffset + from, most),
    Buffer.from(other.buffer, other.byteOffset + at, most),
  ];
  if (left.equals(right)) return most;
  let length = 0;
  while (length < most && left[length] === right[length]) length++;
  return length;
}
