import type { JWK } from "jose";
import { isJsonObject, type JsonObject, parseJson } from "../jws/json.ts";
import { publicKey } from "../jws/public-key.ts";
import { thumbprint } from "../jws/thumbprint.ts";
import { type SigningKey, signingKey, type UnreadKey } from "../secrets/keys.ts";
import { pemPrivateKeys } from "../secrets/pem.ts";
import { algorithmOf, type DpopKey } from "./key.ts";

export interface ImportOptions {
  /** Which of the algorithms that the key can sign with; by default the key's own, or its kind's first. */
  readonly alg?: string | undefined;
  /** Whether it can be exported again; false by default. */
  readonly extractable?: boolean | undefined;
}

/**
 * Reads a private key: a JWK as an object or as JSON, or PEM (PKCS#8, and the older EC and RSA
 * forms). Throws an Error that says what is wrong and quotes nothing of the key.
 */
export async function importKey(
  source: string | UnreadKey,
  options: ImportOptions = {},
): Promise<DpopKey> {
  const { alg, extractable = false } = options;
  const read = typeof source === "string" ? await fromText(source) : source;
  const jwk = alg === undefined ? read : { ...read, alg };
  const signing = await signingKey(jwk, "the key");
  const row = algorithmOf(signing.alg);
  const publicJwk = publicKey(signing.publicJwk, row);
  if (publicJwk === undefined) throw new Error("The key is too weak, or is no key of its kind.");
  const privateKey = extractable ? await extractableKey(jwk, row.import) : signing.key;
  const key = { alg: signing.alg, privateKey, publicJwk, thumbprint: await thumbprint(publicJwk) };
  await checkHalves(key, signing);
  return key;
}

/**
 * The private key as a JWK, or as PKCS#8 in PEM. Only of a key that was made or imported with
 * `extractable`; throws an Error for any other.
 */
export function exportKey(key: DpopKey, format: "jwk"): Promise<JWK>;
export function exportKey(key: DpopKey, format: "pem"): Promise<string>;
export async function exportKey(key: DpopKey, format: "jwk" | "pem"): Promise<JWK | string> {
  if (!key.privateKey.extractable) {
    throw new Error("The key cannot be exported: it was not made with extractable: true.");
  }
  if (format === "pem") return pem(await crypto.subtle.exportKey("pkcs8", key.privateKey));
  const { key_ops: _, ext: __, ...members } = await crypto.subtle.exportKey("jwk", key.privateKey);
  return { ...members, alg: key.alg };
}

async function fromText(text: string): Promise<UnreadKey> {
  if (!text.trimStart().startsWith("{")) return onlyOne(await pemPrivateKeys(text));
  const json = parseJson(text);
  if (!isJsonObject(json)) throw new Error("The key begins like a JWK, but is no JSON object.");
  return Array.isArray(json.keys) ? onlyOne(json.keys.filter(isKey)) : json;
}

function isKey(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function onlyOne<Key>(keys: readonly Key[]): Key {
  const [key] = keys;
  if (key !== undefined && keys.length === 1) return key;
  throw new Error(`There must be one key, not ${keys.length}.`);
}

function extractableKey(jwk: UnreadKey, algorithm: AlgorithmParameters): Promise<CryptoKey> {
  const { alg: _, use: __, key_ops: ___, ext: ____, ...material } = jwk;
  return crypto.subtle.importKey("jwk", material, algorithm, true, ["sign"]);
}

/** Some runtimes take a private key with another's public half, and every server then refuses it. */
async function checkHalves(key: DpopKey, { alg }: SigningKey): Promise<void> {
  const row = algorithmOf(alg);
  const message = new TextEncoder().encode("one pair");
  const signature = await crypto.subtle.sign(row.verify, key.privateKey, message);
  const other = await crypto.subtle.importKey("jwk", { ...key.publicJwk }, row.import, false, [
    "verify",
  ]);
  if (await crypto.subtle.verify(row.verify, other, signature, message)) return;
  throw new Error("The key's private and public halves are of different keys.");
}

function pem(der: ArrayBuffer): string {
  let binary = "";
  for (const byte of new Uint8Array(der)) binary += String.fromCharCode(byte);
  const lines = btoa(binary).match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}
