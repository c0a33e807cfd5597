import { exportJWK, generateKeyPair } from "jose";
import { clientKey, dpopProof, issuer, origin, request, start } from "./world.ts";

const signing = await generateKeyPair("ES256", { extractable: true });
const SIGNING_KEYS = JSON.stringify({
  keys: [{ ...(await exportJWK(signing.privateKey)), kid: "edge" }],
});
const TEXTS = JSON.stringify({ idp: { client_id: "edge", client_secret: "s3cret" } });
export const secrets = { SIGNING_KEYS, TEXTS };

export const opaque = `
- id: opaque
  type: oauth2_introspection
  config:
    introspection_endpoint:
      url: ${issuer}/introspect
      auth: {type: client_secret_post, config: {credentials: {source: texts, selector: idp}}}
    assertions: {audience: [${origin}], scopes: [read]}
    error_signaling: {enabled: true}`;

export const active = (claims: Record<string, unknown> = {}) =>
  Response.json({
    active: true,
    sub: "alice",
    iss: issuer,
    aud: origin,
    scope: "read",
    exp: start + 300,
    ...claims,
  });

export const bound = (cnf: Record<string, unknown> = { jkt: clientKey.jkt }) => active({ cnf });

export async function proven(token = "opaque", claims: Record<string, unknown> = {}) {
  const proof = await dpopProof(clientKey, token, start, claims);
  return request({ Authorization: `DPoP ${token}`, DPoP: proof });
}

export const bearer = (token = "opaque") => request({ Authorization: `Bearer ${token}` });
