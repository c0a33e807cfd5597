import type { Configuration } from "../configuration.ts";
import { type Secrets, select } from "../secrets.ts";
import type { AccessToken } from "../token/access-token.ts";
import { jtiOf } from "../token/jti.ts";
import { utf8 } from "../utf8.ts";
import { siphash } from "./siphash.ts";

/** A value's keyed hash: equal values can be joined across lines, and none can be read back. */
export type Pseudonym = (value: string) => string;

const info = utf8("dpop-edge event v1");

/** Made once: their key takes a secret. */
export interface Pseudonyms {
  /** Undefined until they have been made. */
  readonly known: () => Pseudonym | undefined;
  /** Undefined where nothing can be hashed. Throws a Fault where the master key cannot be had. */
  readonly made: () => Promise<Pseudonym | undefined>;
}

/**
 * The key is derived (HKDF-SHA-256) from the master key. Without one it is the documents' fingerprint,
 * which only keeps honest readers from a value: who has the documents can try values. Where there is
 * neither, or the master key cannot be had, nothing is hashed, and nothing is told.
 */
export function createPseudonyms(
  { masterKey, documents }: Pick<Configuration, "masterKey" | "documents">,
  secrets: Secrets,
): Pseudonyms {
  let known: Pseudonym | undefined;
  return {
    known: () => known,
    async made() {
      const secret = masterKey
        ? select(await secrets.symmetricKeys(masterKey.source), masterKey).bytes
        : utf8(documents ?? "");
      known = secret.length > 0 ? pseudonym(await derived(secret)) : undefined;
      return known;
    },
  };
}

/**
 * The same by each key of the master key's source: what a line shows was hashed with the one that
 * was selected then. None without a master key. Throws a Fault where the selected key cannot be had.
 */
export function createPseudonymsOfAllKeys(
  masterKey: Configuration["masterKey"],
  secrets: Secrets,
): () => Promise<readonly Pseudonym[]> {
  let known: readonly Pseudonym[] | undefined;
  return async () => {
    if (known !== undefined) return known;
    const keys = masterKey ? await secrets.symmetricKeys(masterKey) : [];
    if (masterKey) select(keys, masterKey);
    known = await Promise.all(keys.map(async ({ bytes }) => pseudonym(await derived(bytes))));
    return known;
  };
}

async function derived(secret: Uint8Array<ArrayBuffer>): Promise<Uint32Array> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return new Uint32Array(await crypto.subtle.deriveBits(hkdf, material, 128));
}

function pseudonym(key: Uint32Array): Pseudonym {
  return (value) => {
    const [low, high] = siphash(key, utf8(value));
    return hex(high) + hex(low);
  };
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}

/** The hashes of what a token says are made once a token: it is remembered, and sent again and again. */
export interface TokenHashes {
  readonly sub: string | undefined;
  readonly jkt: string | undefined;
  readonly token: string | undefined;
}
const hashesOf = new WeakMap<AccessToken, TokenHashes & { readonly id: string | undefined }>();

export function tokenHashes(
  token: AccessToken,
  id: string | undefined,
  pseudonym: Pseudonym,
): TokenHashes {
  const known = hashesOf.get(token);
  if (known !== undefined && known.id === id) return known;
  const jti = jtiOf(token.claims);
  const made = {
    id,
    sub: id === undefined ? undefined : pseudonym(id),
    jkt: token.jkt === undefined ? undefined : pseudonym(token.jkt),
    token: jti === undefined ? undefined : pseudonym(jti),
  };
  hashesOf.set(token, made);
  return made;
}
