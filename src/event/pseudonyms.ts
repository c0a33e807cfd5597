import { BoundedMap } from "../bounded-map.ts";
import type { Configuration } from "../configuration.ts";
import { encodeBase64url } from "../jws/base64url.ts";
import { type Secrets, select } from "../secrets.ts";
import { siphash } from "./siphash.ts";

/** A value's keyed hash: equal values can be joined across lines, and none can be read back. */
export type Pseudonym = (value: string) => string;

/** Principals, keys and tokens that are seen again and again; a hundred bytes each. */
const mostKnown = 2048;
const info = new TextEncoder().encode("dpop-edge event v1");
const encoder = new TextEncoder();

/**
 * The key is derived (HKDF-SHA-256) from the master key. Without one it is the documents' fingerprint,
 * which only keeps honest readers from a value: who has the documents can try values. Undefined where
 * there is neither, or the master key cannot be had: then nothing is hashed, and nothing is told.
 */
export function createPseudonyms(
  { masterKey, documents }: Pick<Configuration, "masterKey" | "documents">,
  secrets: Secrets,
): () => Promise<Pseudonym | undefined> {
  let known: Pseudonym | undefined;
  return async () => {
    if (known !== undefined) return known;
    const secret = masterKey
      ? select(await secrets.symmetricKeys(masterKey.source), masterKey).bytes
      : encoder.encode(documents ?? "");
    known = secret.length > 0 ? pseudonym(await derived(secret)) : undefined;
    return known;
  };
}

async function derived(secret: Uint8Array<ArrayBuffer>): Promise<Uint32Array> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return new Uint32Array(await crypto.subtle.deriveBits(hkdf, material, 128));
}

function pseudonym(key: Uint32Array): Pseudonym {
  const told = new BoundedMap<string, string>(mostKnown);
  return (value) => {
    const before = told.get(value);
    if (before !== undefined) return before;
    const hash = encodeBase64url(new Uint8Array(siphash(key, encoder.encode(value)).buffer));
    told.set(value, hash);
    return hash;
  };
}
