import type { ExpectedProof } from "../../../src/dpop/proof.ts";
import { type AlgorithmRow, algorithms } from "../../../src/jws/algorithms.ts";
import { publicKey } from "../../../src/jws/public-key.ts";
import { thumbprint } from "../../../src/jws/thumbprint.ts";
import { type SigningKey, sign, signingKey } from "../jws/signing-key.ts";

/** Seconds; the clock of these tests stands still. */
export const now = 1_800_000_000;
export const maxAge = 60;
export const leeway = 10;
/** Of nothing in particular: proofs are compared with what the token step hands over. */
export const ath = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";

type Members = Record<string, unknown>;

/** One thing changed; what is given as undefined is left out. */
export interface Change {
  readonly header?: Members;
  readonly claims?: Members;
  /** Signs in the client's stead, while the proof still names the client's key. */
  readonly signer?: SigningKey;
  /** The whole header or payload as text. */
  readonly headerText?: (text: string) => string;
  readonly claimsText?: (text: string) => string;
  /** The finished proof. */
  readonly proof?: (text: string) => string;
  readonly expected?: Partial<ExpectedProof>;
}

export interface Made {
  readonly text: string;
  readonly expected: ExpectedProof;
}

/** A valid proof of this algorithm and what it was made for, but for the change. */
export async function makeProof(row: AlgorithmRow, change: Change = {}): Promise<Made> {
  const client = await signingKey(row);
  const header = { typ: "dpop+jwt", alg: row.alg, jwk: client.jwk, ...change.header };
  const claims = {
    jti: "e1j3V_bKic8-LAEB",
    htm: "GET",
    htu: "https://api.example.com/api/things",
    iat: now,
    ath,
    ...change.claims,
  };
  const headerText = (change.headerText ?? same)(JSON.stringify(header));
  const claimsText = (change.claimsText ?? same)(JSON.stringify(claims));
  const text = await sign(change.signer ?? client, headerText, claimsText);
  return {
    text: (change.proof ?? same)(text),
    expected: {
      method: "GET",
      url: new URL("https://api.example.com/api/things?page=2"),
      ath,
      jkt: await thumbprintOf(client),
      algorithms: algorithms.map(({ alg }) => alg),
      maxAge,
      leeway,
      ...change.expected,
    },
  };
}

export async function thumbprintOf({ jwk, row }: SigningKey): Promise<string> {
  const key = publicKey(jwk, row);
  if (key === undefined) throw new Error("The test's own key is refused.");
  return thumbprint(key);
}

const same = (text: string) => text;
