import type headless from '@xterm/headless';

/** DECTCEM: the cursor is shown. */
export const cursorMode = 25;

/** Private modes that a new terminal has on: lines wrap (DECAWM), the cursor is shown. */
const onAtFirst: readonly number[] = [7, cursorMode];

/**
 * What programs have switched in a terminal, read from the sequences as they pass: the emulator keeps some of it to itself
 * and does not know the rest. A mode that it has never heard of may be known to a person's terminal.
 */
export class SwitchedModes {
  readonly #modes = new Map<number, boolean>();
  /** By kind: the last sequence that switched it away from what it is in a new terminal. */
  readonly #others = new Map<string, string>();
  /** Keyboard protocols that were pushed and not popped (kitty). */
  #pushed = 0;

  constructor({ parser }: headless.Terminal) {
    const set = (value: boolean) => (params: readonly (number | number[])[]) => {
      for (const mode of params.flat()) this.#modes.set(mode, value);
      return false;
    };
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, set(true));
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, set(false));
    const csi = (
      id: { prefix?: string; intermediates?: string; final: string },
      isDefault: (all: number[]) => boolean,
    ) => {
      const kind = `${id.prefix ?? ''}${id.intermediates ?? ''}${id.final}`;
      parser.registerCsiHandler(id, (params) => {
        const all = params.flat();
        if (isDefault(all)) this.#others.delete(kind);
        else this.#others.set(kind, `[${id.prefix ?? ''}${all.join(';')}${id.intermediates ?? ''}${id.final}`);
        return false;
      });
    };
    const isZero = (all: readonly number[]) => all.every((value) => value === 0);
    // Margins (DECSTBM), the cursor's shape (DECSCUSR), keys with modifiers (xterm's modifyOtherKeys).
    csi({ final: 'r' }, isZero);
    csi({ intermediates: ' ', final: 'q' }, isZero);
    csi({ prefix: '>', final: 'm' }, ([, value = 0]) => value === 0);
    parser.registerCsiHandler({ prefix: '>', final: 'u' }, () => {
      this.#pushed++;
      return false;
    });
    parser.registerCsiHandler({ prefix: '<', final: 'u' }, ([count]) => {
      this.#pushed -= Math.max(Number(count ?? 1), 1);
      return false;
    });
    // The keypad's application mode (DECKPAM), and letters that are lines (the DEC graphics of G0).
    const esc = (id: { intermediates?: string; final: string }, kind: string, isDefault: boolean) =>
      parser.registerEscHandler(id, () => {
        if (isDefault) this.#others.delete(kind);
        else this.#others.set(kind, `${id.intermediates ?? ''}${id.final}`);
        return false;
      });
    esc({ final: '=' }, 'keypad', false);
    esc({ final: '>' }, 'keypad', true);
    esc({ intermediates: '(', final: '0' }, 'letters', false);
    esc({ intermediates: '(', final: 'B' }, 'letters', true);
    parser.registerEscHandler({ final: 'c' }, () => {
      this.#modes.clear();
      this.#others.clear();
      this.#pushed = 0;
      return false;
    });
  }

  /** Private modes that are not what they are in a new terminal, in their order. */
  switched(): readonly number[] {
    const isSwitched = ([mode, value]: readonly [number, boolean]) => value !== onAtFirst.includes(mode);
    return [...this.#modes]
      .filter(isSwitched)
      .map(([mode]) => mode)
      .toSorted((a, b) => a - b);
  }

  /** What else is not. */
  others(): readonly string[] {
    return [...this.#others.values(), ...(this.#pushed === 0 ? [] : [`${this.#pushed} keyboard protocols`])];
  }
}
