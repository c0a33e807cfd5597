import { DigestSet } from "./digest-set.ts";

/** Seconds of iat whose claims are forgotten together. */
const bucketSeconds = 60;

/** The claims that an instance has accepted, forgotten by buckets of iat and never sooner. */
export class ClaimMemory {
  readonly #buckets = new Map<number, DigestSet>();
  readonly #multipliers: Uint32Array;
  #size = 0;

  /** `random` has 8 bytes. */
  constructor(random: Uint8Array) {
    const view = new DataView(random.buffer, random.byteOffset);
    this.#multipliers = Uint32Array.of(view.getUint32(0), view.getUint32(4));
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return [...this.#buckets.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** RFC 9449 section 11.1: a jti is used up in whatever bucket, for a second proof with it too. */
  has(digest: Uint8Array): boolean {
    for (const bucket of this.#buckets.values()) if (bucket.has(digest)) return true;
    return false;
  }

  /** Of a digest that it does not have. */
  add(digest: Uint8Array, iat: number): void {
    const number = Math.floor(iat / bucketSeconds);
    let bucket = this.#buckets.get(number);
    if (bucket === undefined) {
      bucket = new DigestSet(this.#multipliers);
      this.#buckets.set(number, bucket);
    }
    bucket.add(digest);
    this.#size += 1;
  }

  /** Forgets buckets that lie wholly at or below the floor. */
  forget(floor: number): void {
    for (const [number, bucket] of this.#buckets) {
      if ((number + 1) * bucketSeconds - 1 > floor) continue;
      this.#buckets.delete(number);
      this.#size -= bucket.size;
    }
  }
}
