import { createAuthorizer, createMemoryReplay } from "dpop-edge";
import { createVerifier } from "dpop-edge/upstream";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { compiled } from "./documents.js";

const keys = async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  return { privateKey, publicJwk: await exportJWK(publicKey), jwk: await exportJWK(privateKey) };
};
const [issuer, client, signer] = await Promise.all([keys(), keys(), keys()]);
const configuration = compiled();
const now = () => Date.now();
const authorizer = createAuthorizer(configuration, {
  now,
  fetch: async () => Response.json({ keys: [{ ...issuer.publicJwk, alg: "ES256" }] }),
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  secret: () => JSON.stringify({ keys: [{ ...signer.jwk, kid: "1", alg: "ES256" }] }),
  replay: createMemoryReplay({ now, window: configuration.replay.window }),
  emit: () => {},
});

const seconds = Math.floor(Date.now() / 1000);
const token = await new SignJWT({ cnf: { jkt: await calculateJwkThumbprint(client.publicJwk) } })
  .setProtectedHeader({ alg: "ES256", typ: "at+jwt" })
  .setIssuer("https://idp.example")
  .setSubject("alice")
  .setExpirationTime(seconds + 60)
  .sign(issuer.privateKey);
const ath = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(token)));
const url = "https://api.example/api/x";
const claims = {
  htm: "GET",
  htu: url,
  jti: crypto.randomUUID(),
  iat: seconds,
  ath: ath.toString("base64url"),
};
const signed = await new SignJWT(claims)
  .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: client.publicJwk })
  .sign(client.privateKey);

const ask = (path, headers = {}) =>
  authorizer.authorize({
    method: "GET",
    url: `https://api.example${path}`,
    headers: new Headers(headers),
  });
const told = (decision) => (decision.kind === "allow" ? "allow" : decision.code);

const unmatched = told(await ask("/other"));
const missing = told(await ask("/api/x"));
const proven = await ask("/api/x", { Authorization: `DPoP ${token}`, DPoP: signed });
const again = told(await ask("/api/x", { Authorization: `DPoP ${token}`, DPoP: signed }));
const verifier = createVerifier({
  jwks: await authorizer.publicKeys(),
  issuer: "dpop-edge",
  audience: "upstream",
});
const verified = await verifier.verify(proven.headers.get("Authorization"));
console.log(
  JSON.stringify({
    unmatched,
    missing,
    proven: told(proven),
    again,
    upstream: verified.ok ? verified.claims.sub : verified,
  }),
);
