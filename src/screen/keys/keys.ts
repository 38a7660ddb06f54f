import type { Key } from 'ink';

/** Keys that have a name; every other key is the character it types. */
const controlNames = [
  ...(['ctrl-a', 'ctrl-b', 'ctrl-c', 'ctrl-d', 'ctrl-e', 'ctrl-f', 'ctrl-k', 'ctrl-n', 'ctrl-p', 'ctrl-r'] as const),
  ...(['ctrl-u', 'ctrl-w', 'ctrl-y', 'ctrl-z'] as const),
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

const isControlName = (name: string): name is (typeof controlNames)[number] =>
  controlNames.some((known) => known === name);
const isAltName = (name: string): name is (typeof altNames)[number] => altNames.some((known) => known === name);

/** Ink drops the ESC of a sequence that it does not know (focus events, mouse reports) and passes the rest as text. */
const unknownSequence = /^\[(?:[\d;:<=>?]+[ -/]*[@-~]|[IO])$/;

/** C0 controls, each on its own, or a run of anything else. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const pieces = /[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;

const key = (name: KeyName): Press => ({ type: 'key', name });

/**
 * Splits one callback of Ink's useInput into presses. It may carry several characters: fast typing, a script or a slow
 * link deliver `abc\r` as one input, without `key.return`.
 */
export const readKeys = (input: string, state: Partial<Key>): readonly Press[] => {
  const named = namedKey(state);
  if (named !== null) return [key(named)];
  if (state.ctrl) {
    const name = `ctrl-${input}`;
    return isControlName(name) ? [key(name)] : [];
  }
  if (state.meta) {
    const name = `alt-${input}`;
    return isAltName(name) ? [key(name)] : [];
  }
  if (unknownSequence.test(input)) return [];
  return [...input.matchAll(pieces)].flatMap(([piece]) => readPiece(piece));
};

const namedKey = (state: Partial<Key>): KeyName | null => {
  const byWord = state.ctrl || state.meta;
  if (state.upArrow) return state.ctrl ? 'ctrlUp' : 'up';
  if (state.downArrow) return state.ctrl ? 'ctrlDown' : 'down';
  if (state.leftArrow) return byWord ? 'wordLeft' : 'left';
  if (state.rightArrow) return byWord ? 'wordRight' : 'right';
  if (state.home) return 'home';
  if (state.end) return 'end';
  if (state.pageUp) return 'pageUp';
  if (state.pageDown) return 'pageDown';
  if (state.return) return 'enter';
  if (state.escape) return 'escape';
  if (state.tab) return state.shift ? 'shiftTab' : 'tab';
  if (state.backspace) return byWord ? 'wordBackspace' : 'backspace';
  if (state.delete) return 'delete';
  return null;
};

const readPiece = (piece: string): readonly Press[] => {
  const code = piece.charCodeAt(0);
  if (code > 0x1f && code !== 0x7f) return [{ type: 'text', text: piece }];
  if (piece === '\r' || piece === '\n') return [key('enter')];
  if (piece === '\t') return [key('tab')];
  if (piece === '\b' || piece === '\x7f') return [key('backspace')];
  if (piece === '\x1b') return [key('escape')];
  const name = `ctrl-${String.fromCharCode(code + 0x60)}`;
  return isControlName(name) ? [key(name)] : [];
};
