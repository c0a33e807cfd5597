import { decodeBase64url, encodeBase64url } from "../jws/base64url.ts";
import { lengthPrefixed } from "./length-prefixed.ts";
import { keyIdLength } from "./nonce-keys.ts";

// version (1) | key id (8) | issued at (8) | random (8) | route length (1) | route (0 to 64) | HMAC-SHA-256 (32)
// Version 1 had no random bytes; one that is still out there is challenged.
const version = 2;
const issuedAtAt = 1 + keyIdLength;
const randomAt = issuedAtAt + 8;
/** Bytes of a nonce that no other one has. */
export const randomLength = 8;
const routeAt = randomAt + randomLength + 1;
const maxRouteLength = 64;
const macLength = 32;
/** Of base64url; bounds the route as well. */
const maxTextLength = Math.ceil(((routeAt + maxRouteLength + macLength) * 4) / 3);

/** What a nonce says; nothing of it is known to be true before its HMAC holds. */
export interface NonceParts {
  /** Everything before the HMAC. */
  readonly head: Uint8Array<ArrayBuffer>;
  readonly keyId: Uint8Array<ArrayBuffer>;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly route: Uint8Array<ArrayBuffer>;
  readonly mac: Uint8Array<ArrayBuffer>;
}

/** `random` has 8 bytes. Throws a RangeError when the route is longer than 64 bytes. */
export function encodeHead(
  keyId: Uint8Array,
  issuedAt: number,
  random: Uint8Array,
  route: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (route.length > maxRouteLength) {
    throw new RangeError(`A nonce's route has at most ${maxRouteLength} bytes.`);
  }
  const head = new Uint8Array(routeAt + route.length);
  head[0] = version;
  head.set(keyId, 1);
  new DataView(head.buffer).setBigUint64(issuedAtAt, BigInt(issuedAt));
  head.set(random, randomAt);
  head[routeAt - 1] = route.length;
  head.set(route, routeAt);
  return head;
}

export function encodeNonce(head: Uint8Array, mac: Uint8Array): string {
  const bytes = new Uint8Array(head.length + mac.length);
  bytes.set(head);
  bytes.set(mac, head.length);
  return encodeBase64url(bytes);
}

/** undefined for what cannot be a nonce of ours, or is of another version. */
export function decodeNonce(text: string): NonceParts | undefined {
  if (text.length > maxTextLength) return undefined;
  const bytes = decodeBase64url(text);
  const routeLength = bytes?.[routeAt - 1];
  if (bytes === undefined || routeLength === undefined || bytes[0] !== version) return undefined;
  const macAt = routeAt + routeLength;
  if (bytes.length !== macAt + macLength) return undefined;
  const issuedAt = new DataView(bytes.buffer).getBigUint64(issuedAtAt);
  return {
    head: bytes.slice(0, macAt),
    keyId: bytes.slice(1, issuedAtAt),
    issuedAt: Number(issuedAt),
    route: bytes.slice(routeAt, macAt),
    mac: bytes.slice(macAt),
  };
}

/** What the HMAC covers: a nonce of one origin means nothing at another. */
export function authenticated(head: Uint8Array, origin: string): Uint8Array<ArrayBuffer> {
  const suffix = lengthPrefixed(origin);
  const bytes = new Uint8Array(head.length + suffix.length);
  bytes.set(head);
  bytes.set(suffix, head.length);
  return bytes;
}
