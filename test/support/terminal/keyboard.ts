import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { Modes } from './emulator.ts';
import { type Key, keySequence, keystrokes, pasteSequence } from './keys.ts';

/** Time between two keystrokes: short for a person. A loaded program reads some of them at once, and takes them apart. */
const gapMs = 10;

/**
 * After Escape a program waits a while for the rest of a sequence. A loaded one may read the next key before that is over,
 * as Alt and that key: a test waits until the screen has changed before it presses more.
 */
const escapeGapMs = 60;

/** Hands on a terminal. */
export interface Keyboard {
  /** Types a text, one character after another; Enter is a key of its own. */
  type(text: string): Promise<void>;
  press(...keys: readonly Key[]): Promise<void>;
  /** Characters that arrive in one read, as from a held key on a slow line. */
  burst(characters: string): Promise<void>;
  /** Pastes a text in one go, bracketed where the program asked for that. */
  paste(text: string): Promise<void>;
}

/** Creates a keyboard whose keys depend on the `modes` the terminal is in when they are pressed. */
export function createKeyboard(send: (data: string) => void, modes: () => Modes): Keyboard {
  const stroke = async (data: string, thenMs = gapMs) => {
    send(data);
    await delay(thenMs);
    // A program in this process decides on Escape in the turn after its timer: both may be late, and due together.
    await turn();
  };
  return {
    type: async (text) => {
      for (const character of keystrokes(text)) await stroke(character);
    },
    press: async (...keys) => {
      for (const key of keys) {
        await stroke(keySequence(key, modes().applicationCursor), key === 'escape' ? escapeGapMs : gapMs);
      }
    },
    burst: (characters) => stroke(characters),
    paste: (text) => stroke(pasteSequence(text, modes().bracketedPaste)),
  };
}
