import { cellWidth } from '../../text/width.ts';
import type { Mode } from './actions.ts';
import { type Binding, groupsOf } from './keymap.ts';

/** Keys and their effect, as the footer and the help show them. */
export type Hint = Pick<Binding, 'shown' | 'effect' | 'says'>;

/** Neighbours with the same effect become one hint. */
export const hintsOf = (bindings: readonly Binding[]): readonly Hint[] => {
  const hints: Hint[] = [];
  for (const { shown, effect, says } of bindings) {
    const last = hints.at(-1);
    if (last?.effect === effect) hints[hints.length - 1] = { ...last, shown: joined(last.shown, shown) };
    else hints.push({ shown, effect, says });
  }
  return hints;
};
/** Arrows without a blank between them, names with one. */
const joined = (before: string, after: string): string =>
  /^[←→↑↓]+$/.test(before + after) ? before + after : `${before} ${after}`;

const gap = 2;
const cellsOf = ({ shown, effect }: Hint): number => cellWidth(shown) + 1 + cellWidth(effect) + gap;

/** What Enter does on a line depends on what is typed, and on the connection: null where it does nothing. */
const isSubmit = ({ action }: Binding): boolean =>
  action.type === 'submit' || (action.type === 'list' && action.action === 'answer');

/**
 * The hints of a mode that fit in `cells` cells, each of them whole. Those that leave have room first, at the end. `enter` is
 * what Enter does on the line of a message.
 */
export const footerHints = (
  mode: Mode,
  cells: number,
  failed = false,
  enter: string | null = 'send',
): readonly Hint[] => {
  const isMessage = mode === 'input' || mode === 'write';
  const asItIs = (binding: Binding): readonly Binding[] => {
    if (!isMessage || !isSubmit(binding)) return [binding];
    return enter === null ? [] : [{ ...binding, effect: enter }];
  };
  const hintsFor = (place: Binding['footer']) =>
    groupsOf(mode, failed).flatMap(({ bindings }) =>
      hintsOf(bindings.filter(({ footer }) => footer === place).flatMap(asItIs)),
    );
  // One key for each effect is enough here; the help has them all. And a key has one meaning at a time.
  const known = new Set<string>();
  const isNew = ({ shown, effect }: Hint) =>
    !known.has(effect) && !known.has(shown) && known.add(effect).add(shown) !== undefined;
  const last = hintsFor('last').filter(isNew);
  // The last hint needs no blanks behind it.
  let spare = cells + gap;
  const fits = (hint: Hint) => {
    if (spare < cellsOf(hint)) return false;
    spare -= cellsOf(hint);
    return true;
  };
  const leaving = last.filter(fits);
  const firsts = hintsFor('first').filter(isNew);
  const cut = firsts.findIndex((hint) => !fits(hint));
  return [...(cut < 0 ? firsts : firsts.slice(0, cut)), ...leaving];
};
