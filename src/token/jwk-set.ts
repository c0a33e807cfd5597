import { type AlgorithmRow, algorithms } from "../jws/algorithms.ts";
import { isJsonObject, type JsonObject } from "../jws/json.ts";
import { importPublicKey, publicKey } from "../jws/public-key.ts";
import { FetchError } from "./fetch-json.ts";
import { normalised, whyLeftOut } from "./issuer-jwk.ts";

/** One key of an issuer. The same object for as long as the issuer publishes it unchanged. */
export interface IssuerKey {
  readonly kid: string | undefined;
  readonly jwk: JsonObject;
  /** By alg: an RSA key without `alg` is imported once for each that a token names. */
  readonly imported: Map<string, CryptoKey | "unfit">;
}

/** An issuer's keys as they were published at one moment. */
export interface KeySet {
  readonly keys: readonly IssuerKey[];
  /** As the metadata names it; absent where the keys were fetched directly. */
  readonly issuer?: string;
}

/** No issuer rotates through more; a set beyond it is refused rather than cut at a random key. */
export const mostKeys = 128;

/** Signatures tried for one token: kids repeat and may be left out, but forgeries must stay cheap. */
export const mostTries = 8;

/**
 * RFC 7517 section 5. Keys that nobody here can use are kept and never fit: one odd key must not
 * take the others down.
 * @param previous keys that are still published keep their object, and with it their imports
 * @throws FetchError where the document is no JWK set
 */
export function parseJwkSet(
  document: JsonObject,
  previous: readonly IssuerKey[],
): readonly IssuerKey[] {
  const members = document.keys;
  if (!Array.isArray(members))
    throw new FetchError("the answer is no JWK set: it has no array of keys");
  if (members.length > mostKeys) {
    throw new FetchError(`the JWK set has ${members.length} keys, more than ${mostKeys}`);
  }
  const known = new Map(previous.map((key) => [JSON.stringify(key.jwk), key]));
  return members
    .map((member) => (isJsonObject(member) ? member : {}))
    .map((jwk) => known.get(JSON.stringify(jwk)) ?? { kid: kidOf(jwk), jwk, imported: new Map() });
}

/** RFC 7517 section 4.5: a token's kid must be the key's; a token without one may be any key's. */
export async function* candidates(
  keys: readonly IssuerKey[],
  kid: string | undefined,
  row: AlgorithmRow,
): AsyncGenerator<{ issuerKey: IssuerKey; cryptoKey: CryptoKey }> {
  let tries = 0;
  for (const issuerKey of keys) {
    if (kid !== undefined && issuerKey.kid !== kid) continue;
    const cryptoKey = await imported(issuerKey, row);
    if (cryptoKey === undefined) continue;
    yield { issuerKey, cryptoKey };
    tries += 1;
    if (tries === mostTries) return;
  }
}

/** Of how many keys is told why they are left out. */
const mostTold = 8;

/** Which keys were not for a token, and why: kids are the issuer's words, cut short. */
export function leftOut(
  keys: readonly IssuerKey[],
  kid: string | undefined,
  row: AlgorithmRow,
): string {
  const told = keys.slice(0, mostTold).map((key, index) => {
    const name = key.kid === undefined ? `key ${index + 1}` : JSON.stringify(key.kid.slice(0, 64));
    const other = kid !== undefined && key.kid !== kid;
    return `${name}: ${other ? "another kid" : whyLeftOut(key.jwk, row)}`;
  });
  const more = keys.length > mostTold ? [`and ${keys.length - mostTold} more`] : [];
  return [`${keys.length} keys`, ...told, ...more].join("; ");
}

/** Whether any key can verify with any algorithm: a set of none is an issuer's failure, not its will. */
export async function hasUsableKey(keys: readonly IssuerKey[]): Promise<boolean> {
  for (const key of keys)
    for (const row of algorithms)
      if (row.kty === key.jwk.kty && (await imported(key, row)) !== undefined) return true;
  return false;
}

async function imported(key: IssuerKey, row: AlgorithmRow): Promise<CryptoKey | undefined> {
  // What is kept is the key, not the promise: a cancelled request's promises never settle.
  const known = key.imported.get(row.alg) ?? (await importFor(key.jwk, row));
  key.imported.set(row.alg, known);
  return known === "unfit" ? undefined : known;
}

async function importFor(jwk: JsonObject, row: AlgorithmRow): Promise<CryptoKey | "unfit"> {
  const fit = mayVerify(jwk) ? publicKey(normalised(jwk), row) : undefined;
  if (fit === undefined) return "unfit";
  // A point off its curve is found out here.
  return importPublicKey(fit, row).catch(() => "unfit" as const);
}

/** RFC 7517 section 4.3; `use` and `alg` are judged with the key itself. */
function mayVerify(jwk: JsonObject): boolean {
  const operations = jwk.key_ops;
  return operations === undefined || (Array.isArray(operations) && operations.includes("verify"));
}

function kidOf(jwk: JsonObject): string | undefined {
  const kid = jwk.kid;
  return typeof kid === "string" ? kid : undefined;
}
