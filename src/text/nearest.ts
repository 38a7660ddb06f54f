/** Letters added, dropped, changed or swapped with a neighbour between two words; Infinity beyond `max`. */
const edits = (one: string, other: string, max: number): number => {
  if (max < 0) return Number.POSITIVE_INFINITY;
  if (one === '' || other === '') return one.length + other.length;
  if (one[0] === other[0]) return edits(one.slice(1), other.slice(1), max);
  const swapped = one[0] === other[1] && one[1] === other[0];
  const rest = [
    edits(one.slice(1), other.slice(1), max - 1),
    edits(one.slice(1), other, max - 1),
    edits(one, other.slice(1), max - 1),
    swapped ? edits(one.slice(2), other.slice(2), max - 1) : Number.POSITIVE_INFINITY,
  ];
  return 1 + Math.min(...rest);
};

/** The name most like `word`, with at max half of its letters changed, and no more than three. */
export const nearest = (word: string, names: readonly string[]): string | undefined => {
  const max = Math.min(3, Math.floor(word.length / 2));
  return names
    .map((name) => ({ name, distance: name.startsWith(word) ? 0 : edits(word, name, max) }))
    .filter(({ distance }) => distance <= max)
    .toSorted((a, b) => a.distance - b.distance)[0]?.name;
};
