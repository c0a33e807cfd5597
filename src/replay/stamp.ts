/**
 * What one instance of a shard is known by: the shard's identity (8 random bytes, on disk from its
 * birth), the instance's generation (a counter on disk, 6 bytes) and 6 random bytes of its own.
 */
export type Stamp = Uint8Array<ArrayBuffer>;

const identityLength = 8;
const countLength = 6;
const countEnd = identityLength + countLength;
export const stampLength = countEnd + 6;
const maxCount = 2 ** (8 * countLength) - 1;

/** How a proof's stamp stands to an instance's own; none: its nonce carries none, or it has no nonce. */
export type Standing = "none" | "foreign" | "earlier" | "own" | "later";

/** `random` has 14 bytes. */
export function firstStamp(random: Uint8Array): Stamp {
  const stamp = new Uint8Array(stampLength);
  stamp.set(random.subarray(0, identityLength));
  return next(stamp, random.subarray(identityLength));
}

/** The stamp of the instance after it; `random` has 6 bytes. */
export function successorOf(stamp: Stamp, random: Uint8Array): Stamp {
  return next(stamp.slice(), random);
}

function next(stamp: Stamp, random: Uint8Array): Stamp {
  const count = countOf(stamp) + 1;
  if (count > maxCount) throw new RangeError("A shard has had its last generation.");
  for (let at = countEnd - 1, rest = count; at >= identityLength; at -= 1) {
    stamp[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  stamp.set(random.subarray(0, stampLength - countEnd), countEnd);
  return stamp;
}

/** Of one count with other random bits there were two: the disk was set back, so it counts as later. */
export function standing(stamp: Uint8Array, own: Stamp): Standing {
  if (stamp.length !== stampLength) return "none";
  if (compare(stamp, own, 0, identityLength) !== 0) return "foreign";
  const order = compare(stamp, own, identityLength, countEnd);
  if (order < 0) return "earlier";
  return order === 0 && compare(stamp, own, countEnd, stampLength) === 0 ? "own" : "later";
}

export function sameStamp(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && compare(a, b, 0, a.length) === 0;
}

function countOf(stamp: Stamp): number {
  return stamp.subarray(identityLength, countEnd).reduce((count, byte) => count * 256 + byte, 0);
}

function compare(a: Uint8Array, b: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const order = (a[at] ?? 0) - (b[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}
