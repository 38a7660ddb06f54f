/** Letters added, dropped, changed or swapped with their neighbour between two words; Infinity beyond `most`. */
const edits = (one: string, other: string, most: number): number => {
  if (most < 0) return Number.POSITIVE_INFINITY;
  if (one === '' || other === '') return one.length + other.length;
  if (one[0] === other[0]) return edits(one.slice(1), other.slice(1), most);
  const swapped = one[0] === other[1] && one[1] === other[0];
  const rest = [
    edits(one.slice(1), other.slice(1), most - 1),
    edits(one.slice(1), other, most - 1),
    edits(one, other.slice(1), most - 1),
    swapped ? edits(one.slice(2), other.slice(2), most - 1) : Number.POSITIVE_INFINITY,
  ];
  return 1 + Math.min(...rest);
};

/** The name that was probably meant, if any comes near: half the letters of a short word, three of a long one. */
export const nearest = (word: string, names: readonly string[]): string | undefined => {
  const most = Math.min(3, Math.floor(word.length / 2));
  return names
    .map((name) => ({ name, away: name.startsWith(word) ? 0 : edits(word, name, most) }))
    .filter(({ away }) => away <= most)
    .toSorted((a, b) => a.away - b.away)[0]?.name;
};
