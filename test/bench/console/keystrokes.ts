import { setTimeout as delay } from 'node:timers/promises';
import type { ConsoleServer } from './pseudo-terminal.ts';

/** Letters of one cell that stand nowhere on the screen until they are typed. */
const letters = Array.from({ length: 0x17f - 0x100 }, (_, place) => String.fromCharCode(0x100 + place));
/** So many are typed before the line is emptied: all of them stay on view. */
const lineLength = 20;
const emptyLine = '\u0015';
/** No person types faster; the gaps differ, so that no clock of the program keeps step with them. */
const gapMs = [60, 140] as const;
const lostMs = 2000;

/**
 * Types letters into the prompt, and returns for each how long it took from its byte written to the terminal until the
 * terminal was sent the bytes that draw it, ms. What a terminal then does with them is not the program's, and not in it.
 */
export const typeLetters = async (server: ConsoleServer, count: number): Promise<readonly number[]> => {
  let awaited: { readonly letter: string; readonly seen: (at: number) => void } | null = null;
  server.onDraw((piece) => {
    if (awaited !== null && piece.includes(awaited.letter)) awaited.seen(performance.now());
  });
  const times: number[] = [];
  for (let typed = 0; typed < count; typed++) {
    if (typed % lineLength === 0) {
      server.type(emptyLine);
      await delay(gapMs[1] * 5);
    }
    const letter = letters[typed % letters.length] ?? '?';
    const from = performance.now();
    const drawn = new Promise<number>((seen) => {
      awaited = { letter, seen };
    });
    server.type(letter);
    times.push((await Promise.race([drawn, delay(lostMs, from + lostMs)])) - from);
    awaited = null;
    await delay(gapMs[0] + Math.random() * (gapMs[1] - gapMs[0]));
  }
  return times;
};
