/**
 * SipHash-2-4 (Aumasson, Bernstein 2012): a keyed hash of 64 bits, low word first. Chosen over HMAC
 * because it needs no await, and because a log line may not cost what a decision costs. The state
 * is four numbers of 64 bits, in halves: 32 bits are what numbers here do fast.
 * @param key 128 bits, as four words, little endian
 */
export function siphash(key: Uint32Array, bytes: Uint8Array): readonly [low: number, high: number] {
  const [k0 = 0, k1 = 0, k2 = 0, k3 = 0] = key;
  let v0 = k0 ^ 0x70736575;
  let v0h = k1 ^ 0x736f6d65;
  let v1 = k2 ^ 0x6e646f6d;
  let v1h = k3 ^ 0x646f7261;
  let v2 = k0 ^ 0x6e657261;
  let v2h = k1 ^ 0x6c796765;
  let v3 = k2 ^ 0x79746573;
  let v3h = k3 ^ 0x74656462;
  const blocks = (bytes.length >>> 3) + 1;
  for (let block = 0; block <= blocks; block += 1) {
    const ends = block === blocks;
    const low = ends ? 0 : word(bytes, block * 8);
    const last = block === blocks - 1 ? bytes.length << 24 : 0;
    const high = ends ? 0 : word(bytes, block * 8 + 4) | last;
    v3 ^= low;
    v3h ^= high;
    if (ends) v2 ^= 0xff;
    for (let round = ends ? 4 : 2; round > 0; round -= 1) {
      let sum = (v0 >>> 0) + (v1 >>> 0);
      v0h = (v0h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v0 = sum | 0;
      let kept = v1;
      v1 = ((v1 << 13) | (v1h >>> 19)) ^ v0;
      v1h = ((v1h << 13) | (kept >>> 19)) ^ v0h;
      kept = v0;
      v0 = v0h;
      v0h = kept;
      sum = (v2 >>> 0) + (v3 >>> 0);
      v2h = (v2h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v2 = sum | 0;
      kept = v3;
      v3 = ((v3 << 16) | (v3h >>> 16)) ^ v2;
      v3h = ((v3h << 16) | (kept >>> 16)) ^ v2h;
      sum = (v0 >>> 0) + (v3 >>> 0);
      v0h = (v0h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v0 = sum | 0;
      kept = v3;
      v3 = ((v3 << 21) | (v3h >>> 11)) ^ v0;
      v3h = ((v3h << 21) | (kept >>> 11)) ^ v0h;
      sum = (v2 >>> 0) + (v1 >>> 0);
      v2h = (v2h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
      v2 = sum | 0;
      kept = v1;
      v1 = ((v1 << 17) | (v1h >>> 15)) ^ v2;
      v1h = ((v1h << 17) | (kept >>> 15)) ^ v2h;
      kept = v2;
      v2 = v2h;
      v2h = kept;
    }
    v0 ^= low;
    v0h ^= high;
  }
  return [(v0 ^ v1 ^ v2 ^ v3) >>> 0, (v0h ^ v1h ^ v2h ^ v3h) >>> 0];
}

/** What lies beyond the end counts as 0. */
function word(bytes: Uint8Array, from: number): number {
  return (
    byte(bytes, from) |
    (byte(bytes, from + 1) << 8) |
    (byte(bytes, from + 2) << 16) |
    (byte(bytes, from + 3) << 24)
  );
}

function byte(bytes: Uint8Array, at: number): number {
  return at < bytes.length ? (bytes[at] ?? 0) : 0;
}
