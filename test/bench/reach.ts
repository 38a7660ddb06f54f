/** What a figure is to be: how far the work was meant to come. */
export interface Reach {
  readonly is: '≥' | '>' | '≤' | '<';
  readonly limit: number;
}

export const atLeast = (limit: number): Reach => ({ is: '≥', limit });
export const moreThan = (limit: number): Reach => ({ is: '>', limit });
export const atMost = (limit: number): Reach => ({ is: '≤', limit });
export const lessThan = (limit: number): Reach => ({ is: '<', limit });

export const isMet = ({ is, limit }: Reach, figure: number): boolean => {
  switch (is) {
    case '≥':
      return figure >= limit;
    case '>':
      return figure > limit;
    case '≤':
      return figure <= limit;
    case '<':
      return figure < limit;
    default:
      return is satisfies never;
  }
};
