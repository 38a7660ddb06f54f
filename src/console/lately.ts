/** How long the picture may lag behind what was asked for, ms: two looks at the ledger and some room. */
const lagMs = 300;

/**
 * What was last asked for, as long as the picture may not show it yet. Steps that follow each other quickly, such as a
 * key pressed three times, then build on each other and not on an old picture.
 */
export class RecentChoice<Key, Value> {
  /** What was asked for in the last `lagMs`, and no more. */
  readonly #asked = new Map<Key, { readonly value: Value; readonly at: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What holds for `key`: what was asked for lately, else what is `seen`. */
  of(key: Key, seen: Value): Value {
    const asked = this.#asked.get(key);
    if (asked !== undefined && this.#now() - asked.at < lagMs) return asked.value;
    this.#asked.delete(key);
    return seen;
  }

  /** How many keys it remembers something of. */
  get size(): number {
    return this.#asked.size;
  }

  set(key: Key, value: Value): void {
    const now = this.#now();
    for (const [each, { at }] of this.#asked) if (now - at >= lagMs) this.#asked.delete(each);
    this.#asked.set(key, { value, at: now });
  }
}
