import type { AlgorithmRow } from "../../../src/jws/algorithms.ts";
import { encodeBase64url } from "../../../src/jws/base64url.ts";

export interface SigningKey {
  readonly row: AlgorithmRow;
  readonly privateKey: CryptoKey;
  /** As a client would put it in a proof: the required members and nothing else. */
  readonly jwk: Readonly<Record<string, string>>;
}

const generated = new Map<string, Promise<JsonWebKey>>();

/** A private key that fits the algorithm, the same at every call with the same `name`. */
export async function signingKey(row: AlgorithmRow, name = "client"): Promise<SigningKey> {
  const kind = `${row.crv ?? row.kty} ${name}`;
  const known = generated.get(kind) ?? generate(row);
  generated.set(kind, known);
  const { kty, crv, x, y, n, e, ...rest } = await known;
  const secret = { kty, crv, x, y, n, e, ...rest, alg: undefined, key_ops: undefined };
  const privateKey = await crypto.subtle.importKey("jwk", defined(secret), row.import, false, [
    "sign",
  ]);
  return { row, privateKey, jwk: defined({ kty, crv, x, y, n, e }) };
}

/** A compact JWS over exactly these texts, whatever they are. */
export async function sign(key: SigningKey, header: string, payload: string): Promise<string> {
  const input = `${encodeText(header)}.${encodeText(payload)}`;
  const bytes = new TextEncoder().encode(input);
  const signature = await crypto.subtle.sign(key.row.verify, key.privateKey, bytes);
  return `${input}.${encodeBase64url(new Uint8Array(signature))}`;
}

export function encodeText(text: string): string {
  return encodeBase64url(new TextEncoder().encode(text));
}

async function generate(row: AlgorithmRow): Promise<JsonWebKey> {
  const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const parameters = row.kty === "RSA" ? { ...row.import, ...rsa } : row.import;
  const pair = await crypto.subtle.generateKey(parameters, true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("not a pair");
  return crypto.subtle.exportKey("jwk", pair.privateKey);
}

function defined<T extends object>(members: T): Record<string, string> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
