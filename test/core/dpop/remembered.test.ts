import { afterEach, describe, expect, test, vi } from "vitest";
import { createProofs, type Proofs } from "../../../src/dpop/proof.ts";
import { type AlgorithmRow, algorithm } from "../../../src/jws/algorithms.ts";
import { signingKey } from "../jws/signing-key.ts";
import { type Change, makeProof, now } from "./client-proof.ts";
import { badClaims, badHeader, badSignature, malformed } from "./proof-rows.ts";

// A header is remembered by its text once a signature under it has held. Whoever is known is asked
// everything else again.

const rowOf = (alg: string): AlgorithmRow => algorithm(alg) ?? expect.unreachable();
const es256 = rowOf("ES256");

afterEach(() => vi.restoreAllMocks());

/** Proofs that have seen this client before. */
async function acquainted(row = es256, clock = { now }): Promise<Proofs> {
  const proofs = createProofs({ now: () => clock.now * 1000 });
  const { text, expected } = await makeProof(row);
  await proofs.verify(text, expected);
  return proofs;
}

async function code(proofs: Proofs, change: Change, row = es256): Promise<unknown> {
  const { text, expected } = await makeProof(row, change);
  return await proofs.verify(text, expected).then(
    () => "accepted",
    (refused) => refused.code,
  );
}

test("a client that is known costs one verification and nothing else", async () => {
  const proofs = await acquainted();
  const calls = (["digest", "importKey", "verify"] as const).map((name) =>
    vi.spyOn(crypto.subtle, name),
  );
  const { text, expected } = await makeProof(es256, { claims: { jti: "another" } });
  for (const call of calls) call.mockClear();
  await proofs.verify(text, expected);
  expect(calls.map(({ mock }) => mock.calls.length)).toEqual([0, 0, 1]);
});

describe.each(["ES256", "RS256", "Ed25519"])("%s: whoever is known is still refused", (alg) => {
  test.each([...malformed, ...badHeader, ...badClaims, ...badSignature])(
    "%s",
    async (_, change, expected) => {
      const row = rowOf(alg);
      expect(await code(await acquainted(row), change, row)).toBe(expected);
    },
  );
});

test("another key's signature under the very same header", async () => {
  const signer = await signingKey(es256, "thief");
  expect(await code(await acquainted(), { signer })).toBe("proof.signature");
});

test("a rule that does not allow the algorithm", async () => {
  const expected = { algorithms: ["RS256"] };
  expect(await code(await acquainted(), { expected })).toBe("proof.alg");
});

test("a token that is bound to another key", async () => {
  expect(await code(await acquainted(), { expected: { jkt: "another" } })).toBe("token.binding");
});

test.each([
  ["forward", 71],
  ["back", -11],
])("a clock that moved %s", async (_, seconds) => {
  const clock = { now };
  const proofs = await acquainted(es256, clock);
  clock.now += seconds;
  expect(await code(proofs, {})).toBe("proof.iat");
});

test("a header that differs in one byte is another one", async () => {
  const proofs = await acquainted();
  const spaced = { headerText: (text: string) => text.replace(":", ": ") };
  const imports = vi.spyOn(crypto.subtle, "importKey");
  const { text, expected } = await makeProof(es256, spaced);
  imports.mockClear();
  await proofs.verify(text, expected);
  expect(imports).toHaveBeenCalledOnce();
});

test("a header whose signature did not hold is not remembered", async () => {
  const proofs = createProofs({ now: () => now * 1000 });
  const signer = await signingKey(es256, "thief");
  const { text, expected } = await makeProof(es256, { signer });
  const imports = vi.spyOn(crypto.subtle, "importKey");
  for (let times = 0; times < 2; times += 1) {
    imports.mockClear();
    await expect(proofs.verify(text, expected)).rejects.toMatchObject({ code: "proof.signature" });
    expect(imports).toHaveBeenCalledOnce();
  }
});
