import { createInMemoryDpopReplayStore, verifyAccessTokenRequest } from "better-auth/oauth2";
import { auth } from "express-oauth2-jwt-bearer";
import type { Case, Given } from "./decision.ts";
import { audience, issuer } from "./peer-names.ts";
import { asKeys, peers } from "./peers.ts";

/** Peers that need Node, beside those that do not. */
export async function peersOnNode(given: Given): Promise<readonly Case[]> {
  return [...(await peers(given)), betterAuth(given), express(given)];
}

/** With its replay store in memory. */
function betterAuth({ token, proofs, url, issuerKeys }: Given): Case {
  const replayStore = createInMemoryDpopReplayStore();
  const jwksCacheKey = {};
  return {
    name: "peer: better-auth",
    run: async (index) => {
      await verifyAccessTokenRequest(
        { authorizationHeader: `DPoP ${token}`, dpopProofJwt: proofs[index], method: "GET", url },
        {
          verifyOptions: { audience, issuer },
          jwksFetch: async () => asKeys(issuerKeys),
          jwksCacheKey,
          dpop: { replayStore, proofMaxAgeSeconds: 600 },
        },
      );
    },
  };
}

/** No replay. */
function express({ token, proofs, url, issuerKeys }: Given): Case {
  const handler = auth({
    issuer,
    audience,
    publicKey: asKeys(issuerKeys),
    dpop: { enabled: true, required: true, iatOffset: 600 },
  });
  const { host, pathname } = new URL(url);
  return {
    name: "peer: express-oauth2-jwt-bearer",
    run: (index) =>
      new Promise((resolve, reject) => {
        const headers = { host, authorization: `DPoP ${token}`, dpop: proofs[index] };
        const request = { method: "GET", headers, url: pathname, originalUrl: pathname };
        const asked = {
          ...request,
          protocol: "https",
          get: (name: string) => Reflect.get(headers, name.toLowerCase()),
          is: () => false,
          query: {},
        };
        const next = (fault?: unknown) =>
          fault === undefined ? resolve(undefined) : reject(fault);
        Reflect.apply(handler, undefined, [asked, {}, next]);
      }),
  };
}
