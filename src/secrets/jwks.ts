import { isRecord } from "../record.ts";
import {
  type SigningKey,
  type SymmetricKey,
  signingKey,
  symmetricKey,
  type UnreadKey,
} from "./keys.ts";
import { SecretProblem } from "./secret-problem.ts";

/** The `oct` keys of a JWK set (RFC 7517 section 5). Throws SecretProblem. */
export function jwksSymmetricKeys(text: string): SymmetricKey[] {
  const keys = keysOf(text).filter(({ jwk }) => jwk.kty === "oct");
  if (keys.length === 0) throw new SecretProblem('it holds no key with the kty "oct"');
  return keys.map(({ jwk, name }) => symmetricKey(jwk, name));
}

/** The private keys of a JWK set. Throws SecretProblem. */
export async function jwksSigningKeys(text: string): Promise<SigningKey[]> {
  const keys = keysOf(text).filter(({ jwk }) => jwk.kty !== "oct");
  if (keys.length === 0) throw new SecretProblem("it holds no key that can sign");
  return distinct(await Promise.all(keys.map(({ jwk, name }) => signingKey(jwk, name))));
}

/** Throws SecretProblem when two keys go by one kid: a selector could mean either. */
export function distinct<Key extends { readonly kid: string }>(keys: Key[]): Key[] {
  const kids = new Set<string>();
  for (const { kid } of keys) {
    if (kids.has(kid)) throw new SecretProblem(`two keys have the kid ${JSON.stringify(kid)}`);
    kids.add(kid);
  }
  return keys;
}

function keysOf(text: string): Array<{ jwk: UnreadKey; name: string }> {
  const set = parsed(text);
  const keys = isRecord(set) ? set.keys : undefined;
  if (!Array.isArray(keys)) {
    throw new SecretProblem('it is not a JWK set: it must be JSON of the form {"keys": [...]}');
  }
  const read = keys.map((jwk: unknown, index) => {
    if (!isRecord(jwk)) throw new SecretProblem(`key ${index + 1} is not a JSON object`);
    const kid = typeof jwk.kid === "string" ? ` (${jwk.kid})` : "";
    return { jwk, name: `key ${index + 1}${kid}` };
  });
  distinct(read.flatMap(({ jwk }) => (typeof jwk.kid === "string" ? [{ kid: jwk.kid }] : [])));
  return read;
}

// What JSON.parse throws quotes what it read.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SecretProblem("it is not JSON");
  }
}
