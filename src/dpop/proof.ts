import { Refused } from "../decision.ts";
import type { AlgorithmRow } from "../jws/algorithms.ts";
import { checkExtensions } from "../jws/extensions.ts";
import type { JsonObject } from "../jws/json.ts";
import { thumbprint } from "../jws/thumbprint.ts";
import { verifyCompact } from "../jws/verify.ts";
import type { Runtime } from "../runtime.ts";
import { checkAlg } from "./alg.ts";
import { checkAth } from "./ath.ts";
import { createClientKeys, importClientKey } from "./client-key.ts";
import { checkHtm } from "./htm.ts";
import { checkHtu } from "./htu.ts";
import { checkIat } from "./iat.ts";
import { checkJti } from "./jti.ts";
import { checkJwk } from "./jwk.ts";
import { checkBinding } from "./key-binding.ts";
import { checkLifetime } from "./lifetime.ts";
import { readNonceClaim } from "./nonce-claim.ts";
import { objectOf, splitProof } from "./shape.ts";
import { checkType } from "./type.ts";

/** What a proof must have been made for. */
export interface ExpectedProof {
  readonly method: string;
  /** The public URL of the request; query and fragment do not count. */
  readonly url: URL;
  /** Base64url SHA-256 of the access token. */
  readonly ath: string;
  /** `cnf.jkt` of the access token. */
  readonly jkt: string;
  readonly algorithms: readonly string[];
  /** Seconds. */
  readonly maxAge: number;
  /** Seconds. */
  readonly leeway: number;
}

/** A verified proof; whether its nonce and its jti are fresh is not judged here. */
export interface Proof {
  readonly alg: string;
  /** RFC 7638 thumbprint of the key that signed. */
  readonly jkt: string;
  readonly jti: string;
  /** Floored to whole seconds. */
  readonly iat: number;
  readonly nonce?: string;
}

export interface Proofs {
  /** RFC 9449 section 4.3, checks 2 to 9, 11 and 12. Throws Refused: proof.* and token.binding. */
  verify(proof: string, expected: ExpectedProof): Promise<Proof>;
}

/** The checks in the order in which they run: cheap before dear, the signature last. */
export function createProofs({ now }: Pick<Runtime, "now">): Proofs {
  const keys = createClientKeys();
  return {
    async verify(text, expected) {
      const sent = splitProof(text);
      const payload = objectOf(sent.payload);
      const known = keys.of(sent.header);
      const client = known ?? readHeader(objectOf(sent.header), expected.algorithms);
      // What another rule allowed is asked again, of whoever is known as well.
      const { alg } = checkAlg(client.row.alg, expected.algorithms);
      const jti = checkJti(payload.jti);
      checkHtm(payload.htm, expected.method);
      checkHtu(payload.htu, expected.url);
      const { maxAge, leeway } = expected;
      const second = Math.floor(now() / 1000);
      const iat = checkIat(payload.iat, { now: second, maxAge, leeway });
      checkLifetime(payload, second, leeway);
      const nonce = readNonceClaim(payload.nonce);
      const jkt = "jkt" in client ? client.jkt : await thumbprint(client.jwk);
      checkBinding(jkt, expected.jkt);
      checkAth(payload.ath, expected.ath);
      const { row } = client;
      const key = "key" in client ? client.key : await importClientKey(client.jwk, row);
      await checkSignature(text, row, key);
      if (known === undefined) keys.remember(sent.header, { row, jkt, key });
      return { alg, jkt, jti, iat, ...(nonce === undefined ? {} : { nonce }) };
    },
  };
}

/** RFC 9449 section 4.3, checks 4, 5 and 7. */
function readHeader(header: JsonObject, algorithms: readonly string[]) {
  checkType(header.typ);
  const row = checkAlg(header.alg, algorithms);
  checkExtensions(header, "proof.malformed");
  return { row, jwk: checkJwk(header.jwk, row) };
}

/** RFC 9449 section 4.3, check 6. */
async function checkSignature(text: string, row: AlgorithmRow, key: CryptoKey): Promise<void> {
  if (!(await verifyCompact(text, row, key))) throw new Refused("proof.signature");
}
