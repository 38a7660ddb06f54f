import { maxLineLength } from '../line.ts';
import { decodeBytes, scanCharacter, sequenceLength } from '../utf8.ts';
import { altKey, controlKey, csiKeys, type Key, ss3Keys, type Text } from './key.ts';

/** A text that was pasted. A byte that is no UTF-8 is in it as `decodeBytes` has it. */
export interface Paste {
  readonly type: 'paste';
  readonly text: string;
}

export type Input = Key | Text | Paste;

/**
 * What the parser waits for. `escape`: whether more belongs to an ESC, which is the Escape key if nothing comes at once.
 * `rest`: the end of what has begun; `overdue`: of what is already longer than anything that makes sense.
 */
export type Wait = 'nothing' | 'escape' | 'rest' | 'overdue';

/** Bytes of a sequence or a control string that is still waited for. The longest answers are of clipboards (OSC 52). */
const maxSequenceBytes = 1 << 20;
/** Characters of a control sequence that are looked at; a key needs far fewer. */
const maxBodyLength = 1024;
/** Bytes of a paste that are kept. UTF-8 takes three for a UTF-16 unit at most: more than these never fit a line. */
const maxPasteBytes = 3 * maxLineLength + 3;

/** Behind CSI, in seven bits or in eight. */
const pasteStart = '200~';
const pasteEnd = Buffer.from('\x1b[201~');
const stringEnd = Buffer.from('\x1b\\');
/** Ctrl-C, once or more, as plain terminals, kitty and xterm (modifyOtherKeys) send it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const interruptsAtEnd = /(?:\x03|\x1b\[99;5(?::[123])?u|\x1b\[27;5;99~)+$/;
const interrupts = new RegExp(`^${interruptsAtEnd.source}`);
const maxInterruptBytes = 256;

/** Bytes of the sequence of a key, at most. */
const maxKeyBytes = 16;

const esc = 0x1b;
const ctrlC = 0x03;
const bell = 0x07;
const stringTerminator = 0x9c;

type State = 'ground' | 'escape' | 'csi' | 'ss3' | 'mouse' | 'string' | 'paste';

/** What the character behind an ESC begins, and the C1 control that means the same (ECMA-48, 5.3). */
const introducers = new Map<number, State>([
  [0x5b, 'csi'],
  [0x4f, 'ss3'],
  // DCS, SOS, OSC, PM, APC.
  ...[0x50, 0x58, 0x5d, 0x5e, 0x5f].map((code) => [code, 'string'] as const),
]);
const introducedBy = (c1: number): State | undefined => introducers.get(c1 - 0x40);

/** The keys that rxvt sends with Shift as `CSI number $`: elsewhere `$` stands before a final character. */
const rxvtShifted = /^(?:[235678]|1[1-57-9]|2[0134568-9]|3[1-4])$/;

const isControl = (byte: number): boolean => byte < 0x20 || byte === 0x7f;

/** The bytes at the end of `bytes` that may be the start of the end of a paste. */
const endBegun = (bytes: Uint8Array): number => {
  for (let length = Math.min(pasteEnd.length - 1, bytes.length); length > 0; length--)
    if (pasteEnd.subarray(0, length).equals(bytes.subarray(bytes.length - length))) return length;
  return 0;
};

/**
 * Takes the bytes of a terminal apart (ECMA-48, and what terminals add): keys, typed text and pastes come out. Answers and
 * reports (DCS, SOS, OSC, PM, APC, all other control sequences, mouse, focus) vanish. It makes no difference how the bytes
 * are cut into pieces. It knows no clock: the caller says when `waits` has lasted too long (`giveUp`).
 *
 * - ESC and a character is Alt; ESC ESC and a sequence is that key with Alt, as rxvt has it.
 * - C1 controls of one byte count where that byte cannot be a part of a UTF-8 sequence; one that begins nothing is text.
 * - A control character inside an unfinished sequence ends that, and counts as a key; in a control string only ESC,
 *   Ctrl-C, CAN and SUB do.
 * - What is given up is dropped. An open paste counts as ended, and a Ctrl-C at its end as a key. What follows it is a paste
 *   too, until its end comes, or a lone key with silence behind it: a person types.
 */
export class InputParser {
  #state: State = 'ground';
  /** Bytes that wait for the next ones: of a character, or of the end of a paste. */
  #kept: Uint8Array = new Uint8Array();
  /** Bytes of what has begun. */
  #length = 0;
  /** Another ESC stood before the sequence. */
  #isAlt = false;
  /** It began with a C1 control of one byte, which is this; else 0. */
  #c1 = 0;
  /** Of a control sequence: what came behind its introducer. */
  #body = '';
  /** Of an X10 mouse report: the bytes to come. */
  #mouse = 0;
  /** In a control string: the last byte was ESC, which may begin its end. */
  #isEnding = false;
  /** In a control string: bytes of a UTF-8 character that are still to come. */
  #continuations = 0;
  #pieces: Uint8Array[] = [];
  /** The end of a paste or of a control string that was given up may still come. */
  #due: 'paste' | 'string' | null = null;
  /** Behind a paste that was given up: what came last is as short as a key that a person presses. */
  #isLoneKey = false;
  #isInterrupted = false;
  #inputs: Input[] = [];

  get waits(): Wait {
    if (this.#state === 'ground') return this.#kept.length > 0 || this.#isLoneKey ? 'rest' : 'nothing';
    if (this.#state === 'escape') return this.#kept.length > 0 ? 'rest' : 'escape';
    return this.#state !== 'paste' && this.#length > maxSequenceBytes ? 'overdue' : 'rest';
  }

  /** What came last into an open paste is Ctrl-C alone: someone waits for its end, and this is no part of it. */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  /** Reads what came next. */
  push(bytes: Uint8Array): readonly Input[] {
    this.#inputs = [];
    this.#isInterrupted =
      this.#state === 'paste' &&
      bytes.length <= maxInterruptBytes &&
      interrupts.test(Buffer.from(bytes).toString('latin1'));
    let rest = bytes;
    if (this.#kept.length > 0) {
      rest = Buffer.concat([this.#kept, bytes]);
      this.#kept = new Uint8Array();
    }
    this.#isLoneKey = false;
    if (this.#due === 'paste') rest = this.#takeLatePaste(rest);
    else if (this.#due === 'string') rest = this.#takeLateString(rest);
    let at = 0;
    while (at < rest.length) at = this.#read(rest, at);
    if (this.#isInterrupted && this.#length > maxPasteBytes) this.#endPaste();
    return this.#inputs;
  }

  /** Gives up what `waits` is for. A lone ESC was the Escape key. */
  giveUp(): readonly Input[] {
    this.#inputs = [];
    const kept = this.#kept;
    this.#kept = new Uint8Array();
    switch (this.#state) {
      case 'ground':
        if (this.#isLoneKey) this.#due = null;
        else if (kept.length > 0 && this.#due !== 'paste') this.#type(decodeBytes(kept));
        this.#isLoneKey = false;
        break;
      case 'escape':
        if (kept.length === 0) this.#pressEscape();
        break;
      case 'paste':
        this.#keep(kept);
        this.#endPaste();
        this.#due = 'paste';
        break;
      default:
        if (this.#c1 > 0 && this.#length === 1) this.#type(decodeBytes(Uint8Array.of(this.#c1)));
        else if (this.#state === 'string') this.#due = 'string';
    }
    this.#state = 'ground';
    this.#isAlt = false;
    return this.#inputs;
  }

  /** Reads from `at` on; returns where to go on. */
  #read(bytes: Uint8Array, at: number): number {
    switch (this.#state) {
      case 'ground':
        return this.#readGround(bytes, at);
      case 'escape':
        return this.#readEscape(bytes, at);
      case 'csi':
        return this.#readCsi(bytes, at);
      case 'ss3':
        return this.#readSs3(bytes, at);
      case 'mouse':
        return this.#readMouse(bytes, at);
      case 'string':
        return this.#readString(bytes, at);
      case 'paste':
        return this.#readPaste(bytes, at);
      default:
        return this.#state satisfies never;
    }
  }

  #emit(inputs: readonly Input[]): void {
    for (const input of inputs) {
      if (input.type === 'text') this.#type(input.text);
      else this.#inputs.push(input.type === 'key' && this.#isAlt ? { ...input, alt: true } : input);
    }
  }

  #type(text: string): void {
    const last = this.#inputs.at(-1);
    if (last?.type === 'text') this.#inputs[this.#inputs.length - 1] = { type: 'text', text: last.text + text };
    else if (text !== '') this.#inputs.push({ type: 'text', text });
  }

  #pressEscape(): void {
    const key = controlKey(esc);
    this.#inputs.push(...(this.#isAlt ? [key, key] : [key]));
    this.#isAlt = false;
  }

  #begin(state: State, c1 = 0): void {
    this.#state = state;
    this.#c1 = c1;
    this.#length = c1 > 0 ? 1 : 2;
    this.#body = '';
    this.#isEnding = false;
    this.#continuations = 0;
  }

  #beginEscape(): void {
    this.#state = 'escape';
    this.#isAlt = false;
  }

  /** Ends a sequence; what it means is emitted. */
  #end(inputs: readonly Input[] = []): void {
    this.#state = 'ground';
    this.#emit(inputs);
    this.#isAlt = false;
  }

  /** Ends a sequence that goes on as none does: what comes is read anew. A C1 control that began nothing is text. */
  #cancel(): void {
    this.#end();
    if (this.#c1 > 0 && this.#length === 1) this.#type(decodeBytes(Uint8Array.of(this.#c1)));
  }

  #readGround(bytes: Uint8Array, from: number): number {
    let at = from;
    let c1: State | undefined;
    let isCut = false;
    while (at < bytes.length) {
      const byte = bytes[at] ?? 0;
      if (isControl(byte)) break;
      if (byte < 0x80) {
        at += 1;
        continue;
      }
      const { kind, length } = scanCharacter(bytes, at);
      isCut = kind === 'cut';
      c1 = kind === 'invalid' && length === 1 ? introducedBy(byte) : undefined;
      if (isCut || c1 !== undefined) break;
      at += length;
    }
    if (at > from) this.#type(decodeBytes(bytes.subarray(from, at)));
    if (at === bytes.length) return at;
    if (isCut) {
      this.#kept = bytes.slice(at);
      return bytes.length;
    }
    const byte = bytes[at] ?? 0;
    this.#isAlt = false;
    if (c1 !== undefined) this.#begin(c1, byte);
    else if (byte === esc) this.#beginEscape();
    else this.#inputs.push(controlKey(byte));
    return at + 1;
  }

  #readEscape(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] ?? 0;
    if (byte === esc) {
      if (this.#isAlt) this.#inputs.push(controlKey(esc));
      this.#isAlt = true;
      return at + 1;
    }
    const { kind, length } = scanCharacter(bytes, at);
    const begun = introducers.get(byte) ?? (kind === 'invalid' && length === 1 ? introducedBy(byte) : undefined);
    if (begun !== undefined) {
      // A report behind two ESC is not a key with Alt: the first one was a key of its own.
      if (begun === 'string' && this.#isAlt) this.#inputs.push(controlKey(esc));
      this.#begin(begun, byte >= 0x80 ? byte : 0);
      return at + 1;
    }
    if (kind === 'cut') {
      this.#kept = bytes.slice(at);
      return bytes.length;
    }
    if (this.#isAlt) this.#inputs.push(controlKey(esc));
    this.#isAlt = false;
    this.#state = 'ground';
    // Ctrl-C is never Alt and Ctrl-C: whoever presses Escape before it may be in a hurry.
    if (byte === ctrlC) this.#inputs.push(controlKey(byte));
    else if (isControl(byte)) this.#inputs.push(controlKey(byte, { alt: true, shift: false }));
    else this.#inputs.push(altKey(decodeBytes(bytes.subarray(at, at + length))));
    return at + length;
  }

  #readCsi(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && (bytes[at] ?? 0) >= 0x20 && (bytes[at] ?? 0) < 0x40) at += 1;
    const before = this.#body.length;
    const room = Math.min(at, from + maxBodyLength - before);
    if (room > from) this.#body += Buffer.from(bytes.subarray(from, room)).toString('latin1');
    const dollar = this.#body.indexOf('$');
    const number = this.#body.slice(0, Math.max(0, dollar));
    if (rxvtShifted.test(number)) {
      this.#end(csiKeys(number, '$'));
      return from + dollar - before + 1;
    }
    this.#length += at - from;
    if (at === bytes.length) return at;
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e) {
      this.#cancel();
      return at;
    }
    this.#length += 1;
    const final = String.fromCharCode(byte);
    if (final === '[' && this.#body === '') this.#body = '[';
    else if (final === 'M' && this.#body === '') {
      this.#begin('mouse', this.#c1);
      this.#length = 3;
      this.#mouse = 3;
    } else if (final === '~' && this.#body === '200') {
      this.#endCsi([]);
      this.#begin('paste');
      this.#length = 0;
      this.#due = null;
    } else this.#endCsi(this.#body.length < maxBodyLength ? csiKeys(this.#body, final) : []);
    return at + 1;
  }

  /** An ESC before a report was a key of its own. */
  #endCsi(inputs: readonly Input[]): void {
    if (inputs.length === 0 && this.#isAlt) this.#inputs.push(controlKey(esc));
    this.#end(inputs);
  }

  #readSs3(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] ?? 0;
    this.#length += 1;
    const character = String.fromCharCode(byte);
    if (/[\d;]/.test(character) && this.#body.length < maxBodyLength) this.#body += character;
    else if (byte === 0x20 || (byte >= 0x40 && byte <= 0x7e)) this.#end(ss3Keys(this.#body, character));
    else {
      this.#length -= 1;
      this.#cancel();
      return at;
    }
    return at + 1;
  }

  /** Bytes of a button and of two coordinates, each 32 and more, or 0 where it is too large for a byte. */
  #readMouse(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] ?? 0;
    if (byte > 0 && byte < 0x20) {
      this.#end();
      return at;
    }
    this.#mouse -= 1;
    if (this.#mouse === 0) this.#endCsi([]);
    return at + 1;
  }

  #readString(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#isEnding) {
        // ESC \ ends the string. ESC and anything else begins something else.
        if (byte !== 0x5c) {
          this.#beginEscape();
          return at;
        }
        this.#end();
        return at + 1;
      }
      const isInCharacter = this.#continuations > 0 && (byte & 0xc0) === 0x80;
      if (byte === bell || (byte === stringTerminator && !isInCharacter)) {
        this.#end();
        return at + 1;
      }
      if (byte === ctrlC || byte === 0x18 || byte === 0x1a) {
        this.#cancel();
        return at;
      }
      this.#length += 1;
      this.#isEnding = byte === esc;
      if (isInCharacter) this.#continuations -= 1;
      else this.#continuations = sequenceLength(byte) - 1;
    }
    return bytes.length;
  }

  #readPaste(bytes: Uint8Array, from: number): number {
    const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(pasteEnd, from);
    if (end >= 0) {
      this.#keep(bytes.subarray(from, end));
      this.#endPaste(false);
      return end + pasteEnd.length;
    }
    const begun = endBegun(bytes.subarray(from));
    this.#kept = bytes.slice(bytes.length - begun);
    if (!this.#isInterrupted || this.#length <= maxPasteBytes) this.#keep(bytes.subarray(from, bytes.length - begun));
    return bytes.length;
  }

  #keep(bytes: Uint8Array): void {
    const room = maxPasteBytes - this.#length;
    if (room > 0 && bytes.length > 0) this.#pieces.push(bytes.subarray(0, room));
    this.#length += bytes.length;
  }

  /** Where it was given up a Ctrl-C at its end is a key. */
  #endPaste(isGivenUp = true): void {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    const tail = isGivenUp ? bytes.subarray(-maxInterruptBytes).toString('latin1') : '';
    const [interrupt = ''] = interruptsAtEnd.exec(tail) ?? [];
    this.#inputs.push({ type: 'paste', text: decodeBytes(bytes.subarray(0, bytes.length - interrupt.length)) });
    if (interrupt !== '' || (isGivenUp && this.#isInterrupted)) this.#inputs.push(controlKey(ctrlC));
    this.#kept = new Uint8Array();
    this.#isInterrupted = false;
    this.#state = 'ground';
  }

  /** A paste that was given up goes on: its text is a paste too, in which nothing acts but a Ctrl-C at the end. */
  #takeLatePaste(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const marks = [text.indexOf(pasteEnd), text.indexOf(`\x1b[${pasteStart}`)];
    const [end = -1, start = -1] = marks;
    const found = marks.filter((at) => at >= 0);
    const length = found.length > 0 ? Math.min(...found) : bytes.length - endBegun(bytes);
    this.#length = 0;
    this.#keep(bytes.subarray(0, length));
    if (length > 0) this.#endPaste(found.length === 0);
    if (found.length > 0) {
      this.#due = null;
      return bytes.subarray(length === end && end !== start ? end + pasteEnd.length : length);
    }
    this.#kept = bytes.slice(length);
    this.#isLoneKey = bytes[0] === esc ? bytes.length <= maxKeyBytes : sequenceLength(bytes[0] ?? 0) >= bytes.length;
    return new Uint8Array();
  }

  /** A control string that was given up goes on, if its end comes at last. Else the rest of a late answer would be typed. */
  #takeLateString(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const end = text.indexOf(stringEnd);
    if (end < 0 || this.#state !== 'ground') return bytes;
    this.#due = null;
    // Something else has begun before it.
    if (!text.subarray(0, end).every((byte) => byte >= 0x20 && byte < 0x7f)) return bytes;
    return bytes.subarray(end + stringEnd.length);
  }
}
