import { BoundedMap } from "../bounded-map.ts";
import { encodeBase64url } from "../jws/base64url.ts";
import type { SymmetricKey } from "../secrets.ts";
import {
  authenticated,
  decodeNonce,
  encodeHead,
  encodeNonce,
  type NonceParts,
  randomLength,
} from "./nonce-format.ts";
import { createNonceKeys, type NonceKey } from "./nonce-keys.ts";

/** Master keys: one signs, all verify, so that keys can be rotated. */
export interface NonceKeys {
  readonly signing: SymmetricKey;
  readonly all: readonly SymmetricKey[];
}

export interface ExpectedNonce {
  /** The public origin of the request. */
  readonly origin: string;
  /** Seconds. */
  readonly maxAge: number;
  /** Seconds that another minter's clock may be ahead. */
  readonly leeway: number;
}

/** invalid: not minted by us for this origin, or in the future. */
export type NonceReading =
  | { readonly state: "invalid" }
  | {
      readonly state: "expired" | "live";
      /** What the minter put in: says where the proof is judged. */
      readonly route: Uint8Array<ArrayBuffer>;
      /** Seconds since the epoch. */
      readonly issuedAt: number;
      /** Past half its life, or at it: who calls at every half must not be late at the end. */
      readonly aging: boolean;
    };

/** RFC 9449 section 9, without state: a nonce carries its own proof of origin and is good for its whole window. */
export interface Nonces {
  /**
   * One that was never handed out before, for a challenge: clients whose calls run side by side
   * compare it with the one they hold, and give up when it is the same. `route`: at most 64 bytes.
   * Throws what the source of keys throws.
   */
  mint(origin: string, route?: Uint8Array<ArrayBuffer>): Promise<string>;
  /** One to ride on a success or another refusal, where nobody compares: the same for all within a second. */
  mintShared(origin: string, route?: Uint8Array<ArrayBuffer>): Promise<string>;
  /** Throws what the source of keys throws; a nonce itself never throws. */
  read(nonce: string, expected: ExpectedNonce): Promise<NonceReading>;
}

export interface NonceOptions {
  /** Asked at every use. */
  readonly keys: () => Promise<NonceKeys>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** That many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array<ArrayBuffer>;
}

interface Verified {
  readonly origin: string;
  readonly key: NonceKey;
  readonly parts: NonceParts;
}

const nowhere = new Uint8Array(0);
/** One a second, origin and route: the latest are asked for again, the others hardly. */
const sharedBound = 100;
/** One a client at a time, some hundred bytes each; beyond it costs one HMAC. */
const verifiedBound = 2000;

export function createNonces({ keys, now, random }: NonceOptions): Nonces {
  const nonceKey = createNonceKeys();
  const shared = new BoundedMap<string, string>(sharedBound);
  // Only what verified: forged nonces leave no trace. Never the age, which changes.
  const verified = new BoundedMap<string, Verified>(verifiedBound);
  const configured = configuredKeys(keys, nonceKey);
  const seconds = () => Math.floor(now() / 1000);

  const signingKey = async () => nonceKey((await keys()).signing);

  async function minted(key: NonceKey, issuedAt: number, origin: string, route: Uint8Array) {
    const head = encodeHead(key.id, issuedAt, random(randomLength), route);
    const mac = await crypto.subtle.sign("HMAC", key.hmac, authenticated(head, origin));
    return encodeNonce(head, new Uint8Array(mac));
  }

  async function verify(nonce: string, origin: string, all: readonly NonceKey[]) {
    const parts = decodeNonce(nonce);
    const key = parts && all.find(({ id }) => id.every((byte, at) => byte === parts.keyId[at]));
    if (parts === undefined || key === undefined) return undefined;
    const bytes = authenticated(parts.head, origin);
    if (!(await crypto.subtle.verify("HMAC", key.hmac, parts.mac, bytes))) return undefined;
    verified.set(nonce, { origin, key, parts });
    return parts;
  }

  return {
    async mint(origin, route = nowhere) {
      return await minted(await signingKey(), seconds(), origin, route);
    },

    async mintShared(origin, route = nowhere) {
      const key = await signingKey();
      const issuedAt = seconds();
      const name = `${encodeBase64url(key.id)} ${issuedAt} ${encodeBase64url(route)} ${origin}`;
      const same = shared.get(name);
      if (same !== undefined) return same;
      const nonce = await minted(key, issuedAt, origin, route);
      shared.set(name, nonce);
      return nonce;
    },

    async read(nonce, { origin, maxAge, leeway }) {
      const all = await configured();
      const known = verified.get(nonce);
      // Only behind the key: a nonce of a key that has been removed is verified anew, and fails.
      const same = known?.origin === origin && all.includes(known.key);
      const parts = same ? known.parts : await verify(nonce, origin, all);
      if (parts === undefined) return { state: "invalid" };
      const age = seconds() - parts.issuedAt;
      if (age < -leeway) return { state: "invalid" };
      const { issuedAt } = parts;
      // A copy: whoever holds it must not change what is remembered.
      const route = parts.route.slice();
      return {
        state: age > maxAge ? "expired" : "live",
        route,
        issuedAt,
        aging: age * 2 >= maxAge,
      };
    },
  };
}

/** The keys that verify, derived again only where the source hands out others. */
function configuredKeys(
  keys: NonceOptions["keys"],
  nonceKey: (master: SymmetricKey) => Promise<NonceKey>,
): () => Promise<readonly NonceKey[]> {
  let derived: { readonly from: NonceKeys["all"]; readonly keys: readonly NonceKey[] } | undefined;
  return async () => {
    const { all } = await keys();
    if (derived?.from !== all) derived = { from: all, keys: await Promise.all(all.map(nonceKey)) };
    return derived.keys;
  };
}
