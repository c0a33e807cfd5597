import { describe, expect, test } from "vitest";
import { algorithm, algorithms } from "../../../src/jws/algorithms.ts";
import { importPublicKey, publicKey } from "../../../src/jws/public-key.ts";
import { verifyCompact } from "../../../src/jws/verify.ts";
import { type SigningKey, sign, signingKey } from "./signing-key.ts";
import { signatures } from "./vectors.ts";

const rowOf = (alg: string) => algorithm(alg) ?? expect.unreachable();

async function keyOf(jwk: unknown, alg: string): Promise<CryptoKey> {
  const row = algorithm(alg);
  const key = row && publicKey(jwk, row);
  if (row === undefined || key === undefined) throw new Error("no key");
  return importPublicKey(key, row);
}

/** Another signature of the same length: the first character of its first byte is changed. */
function tampered(text: string): string {
  const at = text.lastIndexOf(".") + 1;
  return `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
}

describe("published signatures", () => {
  test.each(signatures)("$source, $alg", async ({ jwk, alg, text }) => {
    const key = await keyOf(jwk, alg);
    expect(await verifyCompact(text, rowOf(alg), key)).toBe(true);
    expect(await verifyCompact(tampered(text), rowOf(alg), key)).toBe(false);
  });
});

describe.each(algorithms)("$alg", (row) => {
  const make = (key: SigningKey) => sign(key, JSON.stringify({ alg: row.alg }), '{"sub":"me"}');

  test("a signature of the key verifies, with a key that nobody can export", async () => {
    const client = await signingKey(row);
    const key = await keyOf(client.jwk, row.alg);
    expect(await verifyCompact(await make(client), row, key)).toBe(true);
    expect(key).toMatchObject({ extractable: false, type: "public", usages: ["verify"] });
  });

  test("another key's, a changed, a cut and an empty signature do not", async () => {
    const client = await signingKey(row);
    const key = await keyOf(client.jwk, row.alg);
    const text = await make(client);
    const unsigned = text.slice(0, text.lastIndexOf(".") + 1);
    for (const bad of [
      await make(await signingKey(row, "thief")),
      tampered(text),
      text.slice(0, -8),
      unsigned,
    ]) {
      expect(await verifyCompact(bad, row, key)).toBe(false);
    }
  });
});

test("a key that was imported for another algorithm is a fault, not a bad signature", async () => {
  const client = await signingKey(rowOf("ES256"));
  const text = await sign(client, '{"alg":"RS256"}', "{}");
  const key = await keyOf(client.jwk, "ES256");
  for (const other of algorithms.filter(({ alg }) => alg !== "ES256"))
    await expect(verifyCompact(text, other, key)).rejects.toThrow(TypeError);
});

test("nothing has a row that is not asymmetric", () => {
  for (const alg of [
    "none",
    "None",
    "HS256",
    "HS384",
    "HS512",
    "es256",
    "ES256K",
    "ES256 ",
    "",
    "__proto__",
    "toString",
    undefined,
    null,
    7,
    ["ES256"],
  ]) {
    expect(algorithm(alg)).toBeUndefined();
  }
});
