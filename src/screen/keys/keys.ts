import type { Input } from '../../text/terminal/input-parser.ts';
import type { Key } from '../../text/terminal/key.ts';

/** Keys that have a name; every other key is the character it types. */
const controlNames = [
  ...(['ctrl-a', 'ctrl-b', 'ctrl-c', 'ctrl-d', 'ctrl-e', 'ctrl-f', 'ctrl-k', 'ctrl-l', 'ctrl-n', 'ctrl-p'] as const),
  ...(['ctrl-r', 'ctrl-u', 'ctrl-w', 'ctrl-y', 'ctrl-z'] as const),
] as const;
const altNames = ['alt-b', 'alt-f'] as const;
export type KeyName =
  | (typeof controlNames)[number]
  | (typeof altNames)[number]
  | 'up'
  | 'down'
  | 'ctrlUp'
  | 'ctrlDown'
  | 'left'
  | 'right'
  | 'wordLeft'
  | 'wordRight'
  | 'home'
  | 'end'
  | 'pageUp'
  | 'pageDown'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'shiftTab'
  | 'backspace'
  | 'wordBackspace'
  | 'delete';

/** Input of the terminal: a named key, typed characters, or a pasted text. Or the client has changed, and no key was pressed. */
export type Press =
  | { readonly type: 'key'; readonly name: KeyName }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'client' };

/** The name of a key in this program; null where it has no use here. */
const nameOf = ({ name, ctrl, alt, shift }: Key): KeyName | null => {
  const byWord = ctrl || alt;
  switch (name) {
    case 'up':
      return ctrl ? 'ctrlUp' : name;
    case 'down':
      return ctrl ? 'ctrlDown' : name;
    case 'left':
      return byWord ? 'wordLeft' : name;
    case 'right':
      return byWord ? 'wordRight' : name;
    case 'backspace':
      return byWord ? 'wordBackspace' : name;
    case 'tab':
      return shift ? 'shiftTab' : name;
    case 'home':
    case 'end':
    case 'pageUp':
    case 'pageDown':
    case 'enter':
    case 'escape':
    case 'delete':
      return name;
    default:
      if (ctrl === alt) return null;
      return [...controlNames, ...altNames].find((known) => known === `${ctrl ? 'ctrl' : 'alt'}-${name}`) ?? null;
  }
};

/** What was pressed, without the keys that have no use here. */
export const pressesOf = (inputs: readonly Input[]): readonly Press[] =>
  inputs.flatMap((input): readonly Press[] => {
    if (input.type !== 'key') return [input];
    const name = nameOf(input);
    return name === null ? [] : [{ type: 'key', name }];
  });
