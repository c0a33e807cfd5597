/** 32-bit words of a digest that are kept: 128 bits, which no two digests share by chance or by search. */
const words = 4;
const smallest = 64;

/**
 * A set of SHA-256 digests in one typed array, 16 bytes a slot, at most two thirds full: open
 * addressing, doubled when it fills. Nothing is ever taken out of it.
 */
export class DigestSet {
  #slots = new Uint32Array(smallest * words);
  #size = 0;
  readonly #x: number;
  readonly #y: number;

  /** `multipliers`: two secret random words, so that nobody can choose digests that collide here. */
  constructor(multipliers: Uint32Array) {
    // Odd: a multiplication then loses nothing.
    this.#x = (multipliers[0] ?? 1) | 1;
    this.#y = (multipliers[1] ?? 1) | 1;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#slots.byteLength;
  }

  has(digest: Uint8Array): boolean {
    const { a, b, c, d } = wordsOf(digest);
    return this.#slots[this.#find(this.#slots, a, b, c, d)] !== 0;
  }

  add(digest: Uint8Array): void {
    if ((this.#size + 1) * 3 * words > this.#slots.length * 2) this.#grow();
    const { a, b, c, d } = wordsOf(digest);
    if (this.#put(this.#slots, a, b, c, d)) this.#size += 1;
  }

  /** Where these words are, or the empty slot where they would be. */
  #find(slots: Uint32Array, a: number, b: number, c: number, d: number): number {
    const mixed = Math.imul(a, this.#x) ^ Math.imul(b, this.#y);
    const last = slots.length - words;
    let at = (Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 0) * words;
    for (at &= last; slots[at] !== 0; at = (at + words) & last) {
      if (slots[at] !== a || slots[at + 1] !== b) continue;
      if (slots[at + 2] === c && slots[at + 3] === d) break;
    }
    return at;
  }

  #put(slots: Uint32Array, a: number, b: number, c: number, d: number): boolean {
    const at = this.#find(slots, a, b, c, d);
    if (slots[at] !== 0) return false;
    slots[at] = a;
    slots[at + 1] = b;
    slots[at + 2] = c;
    slots[at + 3] = d;
    return true;
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += words) {
      const a = old[at] ?? 0;
      if (a !== 0) this.#put(slots, a, old[at + 1] ?? 0, old[at + 2] ?? 0, old[at + 3] ?? 0);
    }
    this.#slots = slots;
  }
}

/** A first word of 0 marks an empty slot, so it is read as 1. */
function wordsOf(digest: Uint8Array) {
  return {
    a: word(digest, 0) || 1,
    b: word(digest, 4),
    c: word(digest, 8),
    d: word(digest, 12),
  };
}

function word(bytes: Uint8Array, at: number): number {
  const byte = (offset: number) => bytes[at + offset] ?? 0;
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}
