import { Refused } from "../decision.ts";
import { checkExtensions } from "../jws/extensions.ts";
import { verifyCompact } from "../jws/verify.ts";
import type { Runtime } from "../runtime.ts";
import { checkAlg } from "./alg.ts";
import { checkAth } from "./ath.ts";
import { createClientKeys } from "./client-keys.ts";
import { checkHtm } from "./htm.ts";
import { checkHtu } from "./htu.ts";
import { checkIat } from "./iat.ts";
import { checkJti } from "./jti.ts";
import { checkJwk } from "./jwk.ts";
import { checkBinding } from "./key-binding.ts";
import { checkLifetime } from "./lifetime.ts";
import { readNonceClaim } from "./nonce-claim.ts";
import { parseProof } from "./shape.ts";
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
      const { header, payload } = parseProof(text);
      checkType(header.typ);
      const row = checkAlg(header.alg, expected.algorithms);
      checkExtensions(header, "proof.malformed");
      const jwk = checkJwk(header.jwk, row);
      const jti = checkJti(payload.jti);
      checkHtm(payload.htm, expected.method);
      checkHtu(payload.htu, expected.url);
      const { maxAge, leeway } = expected;
      const second = Math.floor(now() / 1000);
      const iat = checkIat(payload.iat, { now: second, maxAge, leeway });
      checkLifetime(payload, second, leeway);
      const nonce = readNonceClaim(payload.nonce);
      const jkt = await keys.thumbprint(jwk, row);
      checkBinding(jkt, expected.jkt);
      checkAth(payload.ath, expected.ath);
      await checkSignature(text, await keys.import(jwk, row));
      return { alg: row.alg, jkt, jti, iat, ...(nonce === undefined ? {} : { nonce }) };
    },
  };
}

/** RFC 9449 section 4.3, check 6. */
async function checkSignature(text: string, key: CryptoKey): Promise<void> {
  if (!(await verifyCompact(text, key))) throw new Refused("proof.signature");
}
