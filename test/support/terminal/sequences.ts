import fc from 'fast-check';
import type { Input } from '../../../src/text/terminal/input-parser.ts';

/**
 * What a terminal may send, by grammar, each with what it must come to. The expectation stands beside the bytes, and is
 * never computed from them.
 */
export interface Sent {
  readonly bytes: Buffer;
  /** Nothing comes for so long that what is open is given up. */
  readonly pause: boolean;
  readonly inputs: readonly Input[];
}

const esc = '\x1b';
const bytesOf = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));
const sent = (bytes: Buffer | string, ...inputs: readonly Input[]): Sent => ({
  bytes: Buffer.from(bytes),
  pause: false,
  inputs,
});
const thenPause = (one: Sent): Sent => ({ ...one, pause: true });
const typed = (text: string): Input => ({ type: 'text', text });
const key = (name: string, { ctrl = false, alt = false, shift = false } = {}): Input => ({
  type: 'key',
  name,
  ctrl,
  alt,
  shift,
});
/** A byte that is not UTF-8, in a text. */
const raw = (byte: number): string => String.fromCharCode(0xdc00 + byte);

/** CSI and SS3 in seven bits, and in eight. */
const csi = fc.constantFrom(`${esc}[`, '\x9b');
const ss3 = fc.constantFrom(`${esc}O`, '\x8f');
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const digits = fc.integer({ min: 0, max: 70_000 }).map(String);

const character = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom(...' abcxyzqQX09[]?;~/\\|안녕é·…🙂🇰한\u0301') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  )
  .filter((text) => !/\p{Cc}/u.test(text));
const words = fc.array(character, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
const text = words.map((word) => sent(word, typed(word)));

/** Bytes that are no UTF-8 wherever they stand, closed by a letter; none is a C1 control that begins something. */
const invalid: fc.Arbitrary<readonly [Buffer, string]> = fc
  .constantFrom(
    ...[[0xe4], [0xff], [0xc0], [0xc1], [0xf5], [0xfe], [0xa0], [0x80], [0xc3], [0xf0], [0xed, 0xa0]],
    ...[
      [0xe4, 0x9b],
      [0xf0, 0x90, 0x90],
      [0xe2, 0x9c],
      [0xc3, 0xc3],
      [0xe4, 0xbd, 0xff],
      [0xf4, 0xa0],
    ],
  )
  .map((bytes) => [bytesOf(bytes, 'A'), `${bytes.map(raw).join('')}A`] as const);
const invalidText = invalid.map(([bytes, shown]) => sent(bytes, typed(shown)));

const controls = fc
  .constantFrom<readonly [number, Input]>(
    ...[0x00, 0x1c, 0x1d, 0x1e, 0x1f].map((code, n) => [code, key(' \\]^_'.charAt(n), { ctrl: true })] as const),
    ...[...'abcdefgklnopqrstuvwxyz'].map(
      (letter) => [letter.charCodeAt(0) - 0x60, key(letter, { ctrl: true })] as const,
    ),
    ...[0x08, 0x7f].map((code) => [code, key('backspace')] as const),
    ...[0x0a, 0x0d].map((code) => [code, key('enter')] as const),
    [0x09, key('tab')],
  )
  .map(([code, pressed]) => sent(bytesOf([code]), pressed));

const alted = fc.oneof(
  fc.constantFrom(...'abfxqB1 .?/{~é안🙂').map((char) => sent(esc + char, key(char, { alt: true }))),
  fc.constantFrom(['\x7f', 'backspace'], ['\r', 'enter'], ['\t', 'tab']).map(([char = '', name = '']) => {
    return sent(esc + char, key(name, { alt: true }));
  }),
  fc.constant(sent(`${esc}\x03`, key('c', { ctrl: true }))),
);

const held = fc.record({ shift: fc.boolean(), alt: fc.boolean(), ctrl: fc.boolean() });
type Held = Readonly<Record<'shift' | 'alt' | 'ctrl', boolean>>;
const code = ({ shift, alt, ctrl }: Held): number => 1 + (shift ? 1 : 0) + (alt ? 2 : 0) + (ctrl ? 4 : 0);
/** As kitty tells that a key went down, repeats, or was let go. */
const event = fc.constantFrom('', '', ':1', ':2', ':3');
const isDown = (suffix: string): boolean => suffix !== ':3';

const letters: readonly (readonly [string, string])[] = [
  ...[...'ABCDEFH'].map(
    (letter, n) => [letter, ['up', 'down', 'right', 'left', 'begin', 'end', 'home'][n] ?? ''] as const,
  ),
  ...[...'PQRS'].map((letter, n) => [letter, `f${n + 1}`] as const),
];
const numbers: readonly (readonly [number, string])[] = [
  ...['home', 'insert', 'delete', 'end', 'pageUp', 'pageDown'].map((name, n) => [n + 1, name] as const),
  ...[11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24].map((number, n) => [number, `f${n + 1}`] as const),
];

const cursorKeys = fc.oneof(
  fc.tuple(csi, fc.constantFrom(...letters)).map(([start, [letter, name]]) => sent(latin1(start + letter), key(name))),
  fc.tuple(ss3, fc.constantFrom(...letters)).map(([start, [letter, name]]) => sent(latin1(start + letter), key(name))),
  fc
    .tuple(csi, fc.constantFrom(...letters), held, event)
    .map(([start, [letter, name], mods, suffix]) =>
      sent(latin1(`${start}1;${code(mods)}${suffix}${letter}`), ...(isDown(suffix) ? [key(name, mods)] : [])),
    ),
  fc
    .tuple(csi, fc.constantFrom(...numbers), held, event)
    .map(([start, [number, name], mods, suffix]) =>
      sent(latin1(`${start}${number};${code(mods)}${suffix}~`), ...(isDown(suffix) ? [key(name, mods)] : [])),
    ),
  fc.constantFrom(...numbers).map(([number, name]) => sent(`${esc}[${number}~`, key(name))),
  fc.constant(sent(`${esc}[Z`, key('tab', { shift: true }))),
  // rxvt: Ctrl, Shift, both; and Alt as an ESC before it.
  fc
    .tuple(
      fc.constantFrom(...numbers.filter(([number]) => number !== 1 && number !== 4)),
      fc.constantFrom(...(['^', '$', '@'] as const)),
    )
    .map(([[number, name], end]) =>
      sent(`${esc}[${number}${end}`, key(name, { ctrl: end !== '$', shift: end !== '^' })),
    ),
  fc
    .constantFrom(...letters.slice(0, 4))
    .map(([letter, name]) => sent(`${esc}${esc}[${letter}`, key(name, { alt: true }))),
  fc.constantFrom('aup', 'bdown', 'cright', 'dleft').map(([letter = '', ...name]) => {
    return sent(`${esc}[${letter}`, key(name.join(''), { shift: true }));
  }),
  // The Linux console's function keys.
  fc.integer({ min: 1, max: 5 }).map((n) => sent(`${esc}[[${String.fromCharCode(0x40 + n)}`, key(`f${n}`))),
  // The keypad in application mode.
  fc.integer({ min: 0, max: 9 }).map((n) => sent(`${esc}O${String.fromCharCode(0x70 + n)}`, typed(String(n)))),
  fc.constant(sent(`${esc}OM`, key('enter'))),
);

const letter = fc.constantFrom(...'abcdefgklnopqrstuvwxyz');
const unicodeKeys = fc.oneof(
  // kitty, and xterm's formatOtherKeys.
  fc.tuple(letter, held, event).map(([char, mods, suffix]) => {
    const bytes = `${esc}[${char.charCodeAt(0)};${code(mods)}${suffix}u`;
    if (!isDown(suffix)) return sent(bytes);
    if (mods.ctrl) return sent(bytes, key(char, mods));
    const shown = mods.shift ? char.toUpperCase() : char;
    return sent(bytes, mods.alt ? key(shown, mods) : typed(shown));
  }),
  fc.tuple(letter, event).map(([char, suffix]) => {
    const bytes = `${esc}[${char.charCodeAt(0)}:${char.toUpperCase().charCodeAt(0)};2${suffix}u`;
    return sent(bytes, ...(isDown(suffix) ? [typed(char.toUpperCase())] : []));
  }),
  fc.constantFrom(...'é안🙂').map((char) => {
    const point = char.codePointAt(0) ?? 0;
    return sent(`${esc}[${point};;${point}u`, typed(char));
  }),
  fc
    .tuple(
      fc.constantFrom(
        [27, 'escape'] as const,
        [13, 'enter'] as const,
        [9, 'tab'] as const,
        [127, 'backspace'] as const,
      ),
      held,
      event,
    )
    .map(([[number, name], mods, suffix]) =>
      sent(`${esc}[${number};${code(mods)}${suffix}u`, ...(isDown(suffix) ? [key(name, mods)] : [])),
    ),
  // Caps Lock, media keys, Shift itself: keys that type nothing.
  fc.integer({ min: 57428, max: 57454 }).map((number) => sent(`${esc}[${number}u`)),
  // A key with Super is the window manager's.
  letter.map((char) => sent(`${esc}[${char.charCodeAt(0)};9u`)),
  // Ctrl and the key of a Cyrillic layout that stands where C does in a Latin one.
  fc.constant(sent(`${esc}[1089::99;5u`, key('c', { ctrl: true }))),
  // xterm's modifyOtherKeys.
  letter.map((char) => sent(`${esc}[27;5;${char.charCodeAt(0)}~`, key(char, { ctrl: true }))),
  // Windows Terminal's win32-input-mode: down, and up again.
  fc.constantFrom(...'abq1é안').map((char) => {
    const unit = char.charCodeAt(0);
    return sent(`${esc}[65;30;${unit};1;0;1_${esc}[65;30;${unit};0;0;1_`, typed(char));
  }),
  fc.constant(sent(`${esc}[38;72;0;1;256;1_`, key('up'))),
  fc.constant(sent(`${esc}[67;46;3;1;8;1_`, key('c', { ctrl: true }))),
  fc.constant(sent(`${esc}[81;16;64;1;9;1_`, typed('@'))),
  fc.constant(sent(`${esc}[16;42;0;1;16;1_`)),
);

const pair = fc.tuple(digits, digits);
/** Answers and reports: DA, DSR, CPR, DECRPM, focus, mouse in four encodings, sizes, and anything private or with intermediates. */
const reports = fc
  .tuple(
    csi,
    fc.oneof(
      fc.constantFrom('?62;4c', '>41;354;0c', '?1;2;4c', '0n', '?997;1n', '?2026;2$y', '4;1$y', '?31u', 'I', 'O'),
      fc.constantFrom('8;24;80t', '48;30;100;600;1000t', '3;0;0t', '?0u', '1;2;3;4;5&w', '>1;1m', '2;2$z'),
      pair.map(([row, column]) => `2${row};${column}R`),
      fc.tuple(digits, pair, fc.constantFrom('M', 'm')).map(([b, [x, y], end]) => `<${b};${x};${y}${end}`),
      fc.tuple(digits, pair).map(([b, [x, y]]) => `${b};${x};${y}M`),
      fc
        .array(fc.integer({ min: 32, max: 255 }), { minLength: 3, maxLength: 3 })
        .map((b) => `M${String.fromCharCode(...b)}`),
      fc
        .tuple(
          fc.constantFrom('<', '=', '>', '?'),
          fc.array(fc.constantFrom(...'0123456789:;<=>?')),
          fc.array(fc.constantFrom(...' !"#%&\'()*+,-./'), { maxLength: 2 }),
          fc.integer({ min: 0x40, max: 0x7e }),
        )
        .map(
          ([mark, parameters, between, final]) =>
            mark + parameters.join('') + between.join('') + String.fromCharCode(final),
        ),
      fc
        .tuple(pair, fc.constantFrom(...' !"#%&\'()*+,-./'), fc.integer({ min: 0x40, max: 0x7e }))
        .map(([[a, b], between, final]) => `${a};${b}${between}${String.fromCharCode(final)}`),
    ),
  )
  .map(([start, rest]) => sent(latin1(start + rest)));

/** DCS, SOS, OSC, PM, APC, as answers have them and with anything in them that they may hold. */
const inString = fc.oneof(
  fc.constantFrom('1$r0 q', '11;rgb:1414/1919/1f1f', '>|tmux 3.4', '52;c;aGVsbG8=', 'Gi=1;OK', '1+r544e=787465726d'),
  fc.array(fc.oneof(character, fc.constantFrom(...'\b\t\n\v\f\r')), { maxLength: 20 }).map((parts) => parts.join('')),
  // U+271C has the byte of ST in it.
  fc.constant('✜✜'),
);
const string = fc.oneof(
  fc
    .tuple(fc.constantFrom(...'PX]^_'), inString, fc.constantFrom('\x07', `${esc}\\`))
    .map(([kind, body, end]) => sent(`${esc}${kind}${body}${end}`)),
  fc
    .tuple(fc.constantFrom(0x90, 0x98, 0x9d, 0x9e, 0x9f), inString, fc.constantFrom([0x07], [0x9c], [0x1b, 0x5c]))
    .map(([kind, body, end]) => sent(bytesOf([kind], body, end))),
);

const pasted = fc
  .array(
    fc.oneof(
      words.map((word) => [Buffer.from(word), word] as const),
      invalid,
      fc
        .constantFrom(
          '\r',
          '\n',
          '\r\n',
          '\t',
          '\x03',
          '\x00',
          esc,
          `${esc}[A`,
          `${esc}[20`,
          `${esc}]0;x\x07`,
          '/clear\r',
        )
        .map((part) => [Buffer.from(part), part] as const),
    ),
    { maxLength: 8 },
  )
  .map((parts) => [Buffer.concat(parts.map(([bytes]) => bytes)), parts.map(([, shown]) => shown).join('')] as const)
  .filter(([, shown]) => !shown.includes(`${esc}[201~`));
const paste = fc
  .tuple(csi, pasted)
  .map(([start, [bytes, shown]]) =>
    sent(Buffer.concat([latin1(`${start}200~`), bytes, bytesOf(`${esc}[201~`)]), { type: 'paste', text: shown }),
  );

const unfinished = fc.constantFrom(
  ...['[', '[1', '[1;5', '[?20', '[<0;1', 'O', '[M', '[M !', ']11;rgb:', 'P1$r', '_G', '^x', 'X'].map(
    (rest) => esc + rest,
  ),
);
/** What never ends, cut off by the next key, by Ctrl-C, or by silence. */
const broken = fc.oneof(
  unfinished.map((start) => sent(`${start}\x03`, key('c', { ctrl: true }))),
  unfinished.map((start) => sent(`${start}${esc}[B`, key('down'))),
  fc
    .constantFrom('\x18', '\x1a')
    .chain((end) => unfinished.map((start) => sent(start + end, key(end === '\x18' ? 'x' : 'z', { ctrl: true })))),
  unfinished.map((start) => thenPause(sent(start))),
  fc.constant(thenPause(sent(esc, key('escape')))),
  fc.constant(thenPause(sent(`${esc}${esc}`, key('escape'), key('escape')))),
  fc
    .constantFrom([0xe4], [0xe4, 0xbd], [0xf0, 0x9f, 0x99], [0xc3])
    .map((bytes) => thenPause(sent(bytesOf(bytes), typed(bytes.map(raw).join(''))))),
  fc.constantFrom(0x9b, 0x9d, 0x90, 0x8f).map((byte) => thenPause(sent(bytesOf([byte]), typed(raw(byte))))),
  words.map((word) => thenPause(sent(`${esc}[200~${word}`, { type: 'paste', text: word }))),
  words.map((word) =>
    thenPause(sent(`${esc}[200~${word}\x03\x03`, { type: 'paste', text: word }, key('c', { ctrl: true }))),
  ),
);

/** Anything a terminal sends: typed text, keys, answers, reports, pastes, and what is none of them. */
export const anySent: fc.Arbitrary<Sent> = fc.oneof(
  text,
  invalidText,
  controls,
  alted,
  cursorKeys,
  unicodeKeys,
  reports,
  string,
  paste,
  broken,
);

/** Keys that have no use in the program, whatever is held with them. */
const isUseless = (input: Input): boolean => input.type !== 'key' || /^(?:f\d+|insert|begin)$/.test(input.name);

/** What types a text or nothing: texts and pastes, and what is no key, or one without a use. */
export const harmless: fc.Arbitrary<Sent> = fc
  .oneof({ weight: 2, arbitrary: text }, invalidText, reports, string, paste, cursorKeys)
  .filter(({ inputs }) => inputs.every(isUseless));

/** Neighbouring texts are one, however they were cut. */
export const merged = (inputs: readonly Input[]): readonly Input[] => {
  const all: Input[] = [];
  for (const input of inputs) {
    const last = all.at(-1);
    if (input.type === 'text' && last?.type === 'text')
      all[all.length - 1] = { type: 'text', text: last.text + input.text };
    else all.push(input);
  }
  return all;
};

/** Lengths of the pieces in which bytes arrive, used in turn. */
export const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 });

/** Bytes in pieces. */
export const cut = (bytes: Buffer, lengths: readonly number[]): readonly Buffer[] => {
  const pieces: Buffer[] = [];
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const length = lengths[n % lengths.length] ?? 1;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
};
