import type { Judgement, StampedClaim } from "./instance.ts";
import { type Stamp, stampLength } from "./stamp.ts";

// One claim: whether it carries a stamp (1) | digest (32) | iat (8, a float) | stamp (20)
const digestAt = 1;
const digestLength = 32;
const iatAt = digestAt + digestLength;
const stampAt = iatAt + 8;
const claimLength = stampAt + stampLength;

/** What a shard answers about a claim. */
export type Told = Exclude<Judgement, "above">;
const judgements: readonly Told[] = ["fresh", "replayed", "stale", "elsewhere", "full"];

/** A shard's answer to a message: one judgement a claim, and who it was that judged. */
export interface ShardAnswer {
  readonly judgements: readonly Told[];
  /** Absent from an instance without a generation, or that has ended. */
  readonly stamp?: Stamp;
}

/** Many claims as one message to their shard: bytes, since objects cost more than judging does. */
export function encodeClaims(claims: readonly StampedClaim[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(claims.length * claimLength);
  const view = new DataView(bytes.buffer);
  for (const [index, { digest, iat, stamp }] of claims.entries()) {
    const at = index * claimLength;
    bytes[at] = stamp.length === 0 ? 0 : 1;
    bytes.set(digest, at + digestAt);
    view.setFloat64(at + iatAt, iat);
    bytes.set(stamp, at + stampAt);
  }
  return bytes;
}

/** Throws TypeError on what is no such message, whoever sent it. */
export function decodeClaims(message: unknown): StampedClaim[] {
  if (!(message instanceof Uint8Array) || message.length % claimLength !== 0)
    throw new TypeError("judge: not a message of claims");
  const view = new DataView(message.buffer, message.byteOffset);
  const claims: StampedClaim[] = [];
  for (let at = 0; at < message.length; at += claimLength) {
    const iat = view.getFloat64(at + iatAt);
    if (!Number.isSafeInteger(iat) || iat < 0)
      throw new TypeError("judge: iat must be whole seconds");
    const stampEnd = message[at] === 1 ? at + claimLength : at + stampAt;
    claims.push({
      digest: message.subarray(at + digestAt, at + iatAt),
      iat,
      stamp: message.subarray(at + stampAt, stampEnd),
    });
  }
  return claims;
}

export function encodeAnswer({ judgements: told, stamp }: ShardAnswer): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(told.length + (stamp?.length ?? 0));
  for (const [index, judgement] of told.entries()) bytes[index] = judgements.indexOf(judgement);
  if (stamp !== undefined) bytes.set(stamp, told.length);
  return bytes;
}

/** Throws when the shard, perhaps of another version, answers what is not understood here. */
export function decodeAnswer(answer: unknown, claims: number): ShardAnswer {
  if (!(answer instanceof Uint8Array) || answer.length < claims) throw strange();
  const told: Told[] = [];
  for (let at = 0; at < claims; at += 1) {
    const judgement = judgements[answer[at] ?? judgements.length];
    if (judgement === undefined) throw strange();
    told.push(judgement);
  }
  const stamp = answer.slice(claims);
  if (stamp.length === 0) return { judgements: told };
  if (stamp.length !== stampLength) throw strange();
  return { judgements: told, stamp };
}

function strange(): Error {
  return new Error("the replay shard answered what is not understood");
}
