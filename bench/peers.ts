import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  EmbeddedJWK,
  type JSONWebKeySet,
  jwtVerify,
} from "jose";
import * as oauth from "oauth4webapi";
import type { Case, Given } from "./decision.ts";
import { audience, issuer } from "./peer-names.ts";

// What others do with the same token and proof: none of these looks at a nonce.

/** Peers that run wherever Web Crypto does. */
export async function peers(given: Given): Promise<readonly Case[]> {
  return [straightforward(given), oauth4webapi(given)];
}

/** What one writes with jose in an afternoon: every check of RFC 9449 section 4.3, a Map for jti. */
function straightforward({ token, proofs, url, issuerKeys }: Given): Case {
  const keys = createLocalJWKSet(asKeys(issuerKeys));
  const seen = new Map<string, number>();
  return {
    name: "peer: a verifier on jose, with a Map",
    run: async (index) => {
      const access = await jwtVerify(token, keys, { issuer, audience, typ: "at+jwt" });
      const proof = await jwtVerify(proofs[index] ?? "", EmbeddedJWK, {
        typ: "dpop+jwt",
        algorithms: ["ES256", "EdDSA"],
        maxTokenAge: 600,
      });
      const { jwk } = proof.protectedHeader;
      if (jwk === undefined) throw new Error("jwk");
      const jkt = await calculateJwkThumbprint(jwk);
      const confirmation = access.payload.cnf;
      if (Reflect.get(Object(confirmation), "jkt") !== jkt) throw new Error("jkt");
      const { htm, htu, ath, jti } = proof.payload;
      if (htm !== "GET" || new URL(String(htu)).href !== new URL(url).href) throw new Error("htu");
      const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
      const text = btoa(String.fromCharCode(...new Uint8Array(hash)));
      const expected = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
      if (ath !== expected) throw new Error("ath");
      if (jti === undefined || seen.has(jti)) throw new Error("replayed");
      seen.set(jti, Date.now());
    },
  };
}

/** No replay either. */
function oauth4webapi({ token, proofs, url, issuerKeys }: Given): Case {
  const server = { issuer, jwks_uri: `${issuer}/certs` };
  const cache: oauth.JWKSCacheInput = {
    jwks: asKeys(issuerKeys),
    uat: Math.floor(Date.now() / 1000),
  };
  const requests = proofs.map(
    (proof) => new Request(url, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } }),
  );
  return {
    name: "peer: oauth4webapi",
    run: async (index) => {
      const request = requests[index];
      if (request === undefined) throw new Error("no request");
      await oauth.validateJwtAccessToken(server, request, audience, {
        requireDPoP: true,
        [oauth.jwksCache]: cache,
      });
    },
  };
}

export function asKeys(value: unknown): JSONWebKeySet & { keys: oauth.JWK[] } {
  return JSON.parse(JSON.stringify(value));
}
