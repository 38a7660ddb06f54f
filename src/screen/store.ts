import type { Request } from './action.ts';
import type { Press } from './keys.ts';
import { press } from './reducer.ts';
import { initialState, type KeyContext, type State } from './state.ts';

/** Holds the state outside React: several presses may come before React draws, and each builds on the one before. */
export interface Store {
  readonly subscribe: (listener: () => void) => () => void;
  readonly state: () => State;
  /** Applies presses in order and returns what they ask for. */
  readonly press: (presses: readonly Press[], scene: KeyContext) => readonly Request[];
}

/** A screen at its start; `lines` are those of the prompt in earlier runs, oldest first. */
export const createStore = (lines: readonly string[] = []): Store => {
  const listeners = new Set<() => void>();
  let state = initialState(lines);
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
    press: (presses, scene) => {
      const before = state;
      const requests: Request[] = [];
      for (const input of presses) {
        const step = press(state, input, scene);
        state = step.state;
        requests.push(...step.requests);
      }
      if (state !== before) for (const listener of listeners) listener();
      return requests;
    },
  };
};
