import type { Action, Mode } from './actions.ts';
import type { KeyName } from './keys.ts';

/** A key and what it does. */
export interface Binding {
  readonly keys: readonly KeyName[];
  /** Characters that do the same. */
  readonly characters?: string;
  readonly action: Action;
  /** The keys as people read them. */
  readonly shown: string;
  /** The effect in a word or two. Neighbours with the same effect make one hint: `↑` and `↓` become `↑↓ select`. */
  readonly effect: string;
  /** Named in the footer: `last` stays when room is short, and stands at the end. */
  readonly footer?: 'first' | 'last';
}

/** Keys that work in the same places. */
export interface Group {
  readonly title: string;
  readonly modes: readonly Mode[];
  /** Only once the wire has failed; then these keys mean this and nothing else. */
  readonly onFailure?: true;
  readonly bindings: readonly Binding[];
}
