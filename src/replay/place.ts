import { type Stamp, stampLength } from "./stamp.ts";

/** Where a shard may live: Cloudflare's location hints; none: wherever its first caller was. */
export const regions = [
  "none",
  "wnam",
  "enam",
  "sam",
  "weur",
  "eeur",
  "apac",
  "oc",
  "afr",
  "me",
] as const;
export type Region = (typeof regions)[number];

export interface Place {
  readonly region: Region;
  readonly shard: number;
}

/** What a nonce says about where its proof is judged; without a stamp by whichever instance lives there. */
export interface Route {
  readonly place: Place;
  readonly stamp?: Stamp;
}

/**
 * Over so many shards of no region proofs are spread whose nonce names none. A part of the
 * protocol: were it a setting, two Workers with two settings would ask two shards about one proof.
 */
export const unnamedShards = 16;
export const maxShards = 1024;

// kind (1) | region (1) | shard (2), and for kind 2 the stamp (20)
const placeKind = 1;
const stampedKind = 2;
const placeLength = 4;

export function encodeRoute({ place, stamp }: Route): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(placeLength + (stamp?.length ?? 0));
  bytes[0] = stamp === undefined ? placeKind : stampedKind;
  bytes[1] = regions.indexOf(place.region);
  new DataView(bytes.buffer).setUint16(2, place.shard);
  if (stamp !== undefined) bytes.set(stamp, placeLength);
  return bytes;
}

/** undefined: not a route of ours, whatever authentic nonce it came in. */
export function decodeRoute(bytes: Uint8Array): Route | undefined {
  const [kind, code = regions.length] = bytes;
  const region = regions[code];
  const length = kind === stampedKind ? placeLength + stampLength : placeLength;
  if ((kind !== placeKind && kind !== stampedKind) || bytes.length !== length) return undefined;
  const shard = new DataView(bytes.buffer, bytes.byteOffset).getUint16(2);
  if (region === undefined || shard >= maxShards) return undefined;
  const place = { region, shard };
  return kind === stampedKind ? { place, stamp: bytes.slice(placeLength) } : { place };
}

/** The place of a proof whose nonce names none. */
export function unnamedPlace(jkt: string): Place {
  return { region: "none", shard: shardOf(jkt, unnamedShards) };
}

/** FNV-1a: spreads evenly and costs nothing; a thumbprint is a hash already, nobody gains by choosing. */
export function shardOf(jkt: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < jkt.length; index += 1)
    hash = Math.imul(hash ^ jkt.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % shards;
}

/** The object's name. */
export function nameOf({ region, shard }: Place): string {
  return region === "none" ? `shard-${shard}` : `shard-${region}-${shard}`;
}
