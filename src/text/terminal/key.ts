/**
 * Keys as terminals send them: the control characters, and the sequences of xterm, VT220, the Linux console, rxvt, PuTTY,
 * kitty (keyboard protocol), xterm's modifyOtherKeys and Windows Terminal (win32-input-mode). Whatever is none of them is
 * a report of the terminal, and no key.
 */

/** A key that is not plain text. `name` is one of `named`, `f1` and on, or the character that the key types. */
export interface Key {
  readonly type: 'key';
  readonly name: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

/** Characters that were typed. A byte that is no UTF-8 is in them as `decodeBytes` has it. */
export interface Text {
  readonly type: 'text';
  readonly text: string;
}

type Modifiers = Omit<Key, 'type' | 'name'>;
type Pressed = readonly (Key | Text)[];

const none: Modifiers = { ctrl: false, alt: false, shift: false };
const nothing: Pressed = [];

const keyOf = (name: string, modifiers: Modifiers = none): Key => ({ type: 'key', name, ...modifiers });

const controls: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  13: 'enter',
  27: 'escape',
  127: 'backspace',
};

/** The key of a control character: C0 or DEL. */
export const controlKey = (code: number, { alt, shift }: Pick<Modifiers, 'alt' | 'shift'> = none): Key => {
  const name = controls[code];
  if (name !== undefined) return keyOf(name, { ctrl: false, alt, shift });
  return keyOf(code === 0 ? ' ' : String.fromCharCode(code + 0x40).toLowerCase(), { ctrl: true, alt, shift });
};

/** A character with Alt, which the terminal sends behind an ESC. */
export const altKey = (character: string): Key => keyOf(character, { ...none, alt: true });

/** Whether a code point is a character that a key may type. */
const isTypable = (point: number): boolean =>
  point >= 0x20 && point <= 0x10ffff && (point < 0x7f || point > 0x9f) && (point < 0xd800 || point > 0xdfff);

/** What a key that types `point` does with these modifiers: Ctrl makes a control character of it, as in ASCII. */
const characterKey = (point: number, modifiers: Modifiers, text?: string): Pressed => {
  const { ctrl, alt, shift } = modifiers;
  const character = String.fromCodePoint(point);
  if (!ctrl) return alt ? [keyOf(character, modifiers)] : [{ type: 'text', text: text ?? character }];
  const upper = character.toUpperCase().charCodeAt(0);
  return [upper >= 0x40 && upper <= 0x5f ? controlKey(upper & 0x1f, { alt, shift }) : keyOf(character, modifiers)];
};

/** The final letter of a cursor or function key, behind CSI and behind SS3. */
const letters: Readonly<Record<string, string>> = {
  ...{ A: 'up', B: 'down', C: 'right', D: 'left', E: 'begin', F: 'end', H: 'home' },
  ...{ P: 'f1', Q: 'f2', R: 'f3', S: 'f4' },
};

/** rxvt's cursor keys in lower case: with Shift behind CSI, with Ctrl behind SS3. */
const lowerLetters: Readonly<Record<string, string>> = { a: 'up', b: 'down', c: 'right', d: 'left' };

/** The number of a key that ends in `~`. */
const numbers: Readonly<Record<number, string>> = {
  ...{ 1: 'home', 2: 'insert', 3: 'delete', 4: 'end', 5: 'pageUp', 6: 'pageDown', 7: 'home', 8: 'end' },
  ...{ 11: 'f1', 12: 'f2', 13: 'f3', 14: 'f4', 15: 'f5', 17: 'f6', 18: 'f7', 19: 'f8', 20: 'f9', 21: 'f10' },
  ...{ 23: 'f11', 24: 'f12', 25: 'f13', 26: 'f14', 28: 'f15', 29: 'f16', 31: 'f17', 32: 'f18', 33: 'f19', 34: 'f20' },
};

/** What the keypad sends behind SS3 in application mode, which a program before us may have left on. */
const keypad: Readonly<Record<string, string>> = {
  ...{ ' ': ' ', X: '=', j: '*', k: '+', l: ',', m: '-', n: '.', o: '/' },
  ...Object.fromEntries([...'pqrstuvwxy'].map((letter, digit) => [letter, String(digit)])),
};

/** Keys of kitty's protocol that have a name here: C0 codes, and those of the keypad in the private use area. */
const kittyNames: Readonly<Record<number, string>> = {
  ...{ 8: 'backspace', 9: 'tab', 13: 'enter', 27: 'escape', 127: 'backspace', 57414: 'enter' },
  ...{ 57417: 'left', 57418: 'right', 57419: 'up', 57420: 'down', 57421: 'pageUp', 57422: 'pageDown' },
  ...{ 57423: 'home', 57424: 'end', 57425: 'insert', 57426: 'delete', 57427: 'begin' },
};
/** From 57399 on. */
const kittyKeypad = '0123456789./*-+';
const isFunctional = (code: number): boolean => code >= 57344 && code <= 63743;

/** Virtual key codes of Windows. */
const windowsNames: Readonly<Record<number, string>> = {
  ...{ 8: 'backspace', 9: 'tab', 13: 'enter', 27: 'escape', 33: 'pageUp', 34: 'pageDown', 35: 'end', 36: 'home' },
  ...{ 37: 'left', 38: 'up', 39: 'right', 40: 'down', 45: 'insert', 46: 'delete' },
  ...Object.fromEntries(Array.from({ length: 12 }, (_, n) => [112 + n, `f${n + 1}`])),
};
const altVirtualKey = 18;
/** What a key event says of how often the key repeated is believed up to this. */
const maxRepeats = 100;

const release = 3;

/** The fields of a sequence: `3;5:1` is [[3], [5, 1]]. An empty one is NaN. */
const fieldsOf = (parameters: string): number[][] =>
  parameters.split(';').map((field) => field.split(':').map((part) => Number.parseInt(part, 10)));

/** The modifiers as xterm counts them: 1, and Shift 1, Alt 2, Ctrl 4; `others` are Super, Hyper and Meta. Locks do not count. */
const modifiersOf = (code = 1): Modifiers & { readonly others: boolean } => {
  const bits = Math.max(1, code || 1) - 1;
  return { shift: (bits & 1) > 0, alt: (bits & 2) > 0, ctrl: (bits & 4) > 0, others: (bits & 0b111000) > 0 };
};

/** A named key; what is held beside Shift, Alt and Ctrl counts as Alt, as xterm's Meta is. */
const namedKey = (name: string | undefined, [code, event]: readonly number[] = []): Pressed => {
  if (name === undefined || event === release) return nothing;
  const { shift, alt, ctrl, others } = modifiersOf(code);
  return [keyOf(name, { shift, alt: alt || others, ctrl })];
};

/** CSI 1 ; modifiers A, CSI A, and CSI modifiers A as old terminals have it. */
const letterKey = (parameters: string, final: string): Pressed => {
  const [first = [], second, ...more] = fieldsOf(parameters);
  if (more.length > 0 || (second !== undefined && (first[0] || 1) !== 1)) return nothing;
  return namedKey(letters[final], second ?? first);
};

/** CSI code : shifted : base ; modifiers : event ; text u, by kitty and, without the colons, by xterm and others. */
const unicodeKey = ([codes = [], state = [], text = []]: number[][]): Pressed => {
  const [code = Number.NaN, shifted, base] = codes;
  const [, event] = state;
  if (event === release) return nothing;
  const keypadCharacter = kittyKeypad[code - 57399] ?? (code === 57415 ? '=' : code === 57416 ? ',' : undefined);
  const name = kittyNames[code];
  if (name !== undefined) return namedKey(name, state);
  const point = keypadCharacter?.charCodeAt(0) ?? code;
  const { others, ...modifiers } = modifiersOf(state[0]);
  if (others || isFunctional(point) || !isTypable(point)) return nothing;
  // With Ctrl a Cyrillic or Greek layout means the key in that place of a Latin one.
  if (modifiers.ctrl && point > 0x7f && base !== undefined && isTypable(base)) return characterKey(base, modifiers);
  const typed = text.filter(isTypable);
  if (typed.length > 0) return characterKey(point, modifiers, String.fromCodePoint(...typed));
  if (!modifiers.shift || modifiers.ctrl) return characterKey(point, modifiers);
  if (shifted !== undefined && isTypable(shifted)) return characterKey(shifted, modifiers);
  return characterKey(String.fromCodePoint(point).toUpperCase().codePointAt(0) ?? point, modifiers);
};

/** CSI virtual key ; scan code ; UTF-16 unit ; down ; control keys ; repeats _ (Windows Terminal, win32-input-mode). */
const windowsKey = (fields: number[][]): Pressed => {
  const [virtualKey = 0, , unit = 0, down = 0, state = 0, repeats = 1] = fields.map(([value]) => value || 0);
  const typed: Text = { type: 'text', text: String.fromCharCode(unit) };
  // A character composed of digits comes when Alt is let go.
  if (down === 0) return virtualKey === altVirtualKey && unit >= 0x20 ? [typed] : nothing;
  const isAltGr = (state & 1) > 0 && (state & 8) > 0;
  const modifiers = { ctrl: (state & 0xc) > 0, alt: (state & 3) > 0, shift: (state & 0x10) > 0 };
  const { ctrl, alt } = modifiers;
  const name = windowsNames[virtualKey];
  const isLetter = virtualKey >= 0x41 && virtualKey <= 0x5a;
  let pressed: Pressed = nothing;
  if (name !== undefined) pressed = [keyOf(name, modifiers)];
  else if (ctrl && isLetter && !isAltGr) pressed = [controlKey(virtualKey & 0x1f, modifiers)];
  else if (unit > 0 && (unit < 0x20 || unit === 0x7f)) pressed = [controlKey(unit, modifiers)];
  else if (unit >= 0x20) pressed = (ctrl || alt) && !isAltGr ? [keyOf(typed.text, modifiers)] : [typed];
  return Array.from({ length: Math.min(maxRepeats, repeats || 1) }, () => pressed).flat();
};

const digits = /^\d+$/;

/**
 * What was pressed, by a control sequence: `body` is what stands between CSI and the final character. Empty for a report,
 * a key that was let go, and whatever is unknown.
 */
export const csiKeys = (body: string, final: string): Pressed => {
  // The Linux console sends CSI [ A for F1, and PuTTY can put a second bracket before any number.
  if (body.startsWith('[')) {
    if (final === '~') return namedKey(numbers[Number(body.slice(1))]);
    return body === '[' && final >= 'A' && final <= 'E' ? [keyOf(`f${final.charCodeAt(0) - 0x40}`)] : nothing;
  }
  if (!/^[\d:;]*$/.test(body)) return nothing;
  const fields = fieldsOf(body);
  const [first = [], second, third] = fields;
  const [number = Number.NaN] = first;
  switch (final) {
    case '~': {
      const [code = Number.NaN] = third ?? [];
      if (number === 27) return third === undefined ? nothing : unicodeKey([[code], second ?? []]);
      return namedKey(numbers[number], second);
    }
    case '^':
      return digits.test(body) ? namedKey(numbers[number], [5]) : nothing;
    case '$':
      return digits.test(body) ? namedKey(numbers[number], [2]) : nothing;
    case '@':
      return digits.test(body) ? namedKey(numbers[number], [6]) : nothing;
    case 'Z':
      return namedKey('tab', [2]);
    case 'u':
      return body === '' ? nothing : unicodeKey(fields);
    case '_':
      return body === '' ? nothing : windowsKey(fields);
    default:
      if (letters[final] !== undefined) return letterKey(body, final);
      return body === '' ? namedKey(lowerLetters[final], [2]) : nothing;
  }
};

/** What was pressed, by a single shift three: `body` is empty, or the modifiers where a terminal sends them there. */
export const ss3Keys = (body: string, final: string): Pressed => {
  if (letters[final] !== undefined) return letterKey(body, final);
  if (final === 'M') return namedKey('enter', fieldsOf(body).at(-1));
  if (final === 'I') return namedKey('tab', fieldsOf(body).at(-1));
  if (body !== '') return nothing;
  if (lowerLetters[final] !== undefined) return namedKey(lowerLetters[final], [5]);
  const text = keypad[final];
  return text === undefined ? nothing : [{ type: 'text', text }];
};
