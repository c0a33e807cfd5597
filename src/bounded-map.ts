interface Entry<V> {
  readonly value: V;
  /** The count of moves when it was moved last. */
  readonly moved: number;
}

/**
 * A map that forgets an entry that nobody has asked for lately once it holds `bound` of them: one
 * that was among the last half of what was asked for stays.
 */
export class BoundedMap<K, V> {
  /** The one that was moved longest ago first. */
  readonly #entries = new Map<K, Entry<V>>();
  readonly #bound: number;
  #moves = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    // Moving costs more than finding, and most are asked for again and again.
    if ((this.#moves - entry.moved) * 2 >= this.#bound) this.#move(key, entry.value);
    return entry.value;
  }

  /** Answers what had to go for it. */
  set(key: K, value: V): V | undefined {
    this.#move(key, value);
    if (this.#entries.size <= this.#bound) return undefined;
    for (const [oldest, entry] of this.#entries) {
      this.#entries.delete(oldest);
      return entry.value;
    }
    return undefined;
  }

  #move(key: K, value: V): void {
    this.#moves += 1;
    this.#entries.delete(key);
    this.#entries.set(key, { value, moved: this.#moves });
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }

  *entries(): Generator<readonly [K, V]> {
    for (const [key, { value }] of this.#entries) yield [key, value];
  }

  get size(): number {
    return this.#entries.size;
  }
}
