import { generateKeyPairSync } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../cli/network/free-port.ts";
import { startWorker } from "../../../cli/workerd/workerd.ts";
import { compiled } from "../../../demo/documents.ts";
import { generateKeys, type KeyPair } from "../../../demo/keys.ts";
import { proof } from "../../../demo/proof.ts";
import { freshSecrets } from "../../../demo/secrets.ts";
import { listen, type Running } from "../../../demo/server.ts";
import { createStops } from "../../../demo/stops.ts";
import { member, send } from "../../../demo/wire.ts";

/** An issuer of opaque tokens that signs what it says of them, for a client that it knows by a key. */
async function startIssuer(resource: string, edgeKey: object): Promise<Running> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(privateKey)), alg: "ES256", use: "sig" }] };
  const common = {
    redirect_uris: [],
    response_types: [],
    id_token_signed_response_alg: "ES256",
    introspection_signed_response_alg: "ES256",
  };
  return await listen((url) => {
    const provider = new Provider(url, {
      jwks,
      clients: [
        {
          ...common,
          client_id: "agent",
          client_secret: "agent-secret",
          grant_types: ["client_credentials"],
          dpop_bound_access_tokens: true,
        },
        {
          ...common,
          client_id: "edge",
          grant_types: [],
          token_endpoint_auth_method: "private_key_jwt",
          token_endpoint_auth_signing_alg: "ES256",
          jwks: { keys: [edgeKey] },
        },
      ],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        dPoP: { enabled: true },
        introspection: { enabled: true, allowedPolicy: () => true },
        jwtIntrospection: { enabled: true },
        revocation: { enabled: true, allowedPolicy: () => true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => resource,
          getResourceServerInfo: () => ({
            scope: "read",
            audience: resource,
            accessTokenTTL: 300,
            accessTokenFormat: "opaque",
          }),
        },
      },
    });
    return provider.callback();
  });
}

const stops = createStops();
let issuer: string;
let origin: string;
let keys: KeyPair;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  const client = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicJwk = await exportJWK(client.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const edgeKey = { ...publicJwk, kid, alg: "ES256", use: "sig" };
  issuer = (await stops.add(await startIssuer(origin, edgeKey))).url;
  const upstream = await stops.add(
    await listen(() => (request, response) => response.end(JSON.stringify(request.headers))),
  );
  keys = await generateKeys();
  const configuration = compiled(
    {
      mechanisms: {
        file: "mechanisms.yaml",
        text: `
serve: {public_origin: "${origin}"}
secret_management:
  signing_keys: {type: pem, config: {secret: SIGNING_KEY_PEM}}
  client_keys: {type: pem, config: {secret: CLIENT_KEYS}}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - id: opaque
      type: oauth2_introspection
      config:
        metadata_endpoint:
          url: ${issuer}/.well-known/openid-configuration
          resolved_endpoints:
            introspection_endpoint:
              auth:
                type: private_key_jwt
                config: {client_id: edge, key: {source: client_keys}, audience: "${issuer}"}
        signed_answer: {}
        assertions: {audience: ["${origin}"], scopes: [read]}
        principal: {id: client_id}
        cache_ttl: 0s
        error_signaling: {enabled: true}
  finalizers:
    - {id: internal, type: jwt, config: {signer: {source: signing_keys}, audience: upstream}}
default_rule: {execute: [{authenticator: deny_all}, {finalizer: internal}]}
`,
      },
      rules: [
        {
          file: "rules.yaml",
          text: `
rules:
  - id: api
    match: {routes: [{path: /api/**}]}
    forward_to: {host: "${new URL(upstream.url).host}"}
    execute: [{authenticator: opaque}, {finalizer: internal}]
`,
        },
      ],
    },
    {},
  );
  const secrets = {
    ...freshSecrets(configuration),
    CLIENT_KEYS: client.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
  await stops.add(await startWorker({ configuration, secrets, port }));
});
afterAll(() => stops.all());

async function atIssuer(path: string, form: Record<string, string>, dpop?: string) {
  const response = await fetch(`${issuer}${path}`, {
    method: "POST",
    headers: {
      authorization: `Basic ${btoa("agent:agent-secret")}`,
      ...(dpop === undefined ? {} : { dpop }),
    },
    body: new URLSearchParams(form),
  });
  return await response.text();
}

test("an opaque, bound token of a real issuer: proven, replayed, stolen, revoked", async () => {
  const asking = { method: "POST", url: `${issuer}/token`, token: "", nonce: undefined };
  const grant = { grant_type: "client_credentials", scope: "read" };
  const answer: unknown = JSON.parse(await atIssuer("/token", grant, await proof(keys, asking)));
  expect(answer).toMatchObject({ token_type: "DPoP", scope: "read" });
  const token = String(Reflect.get(Object(answer), "access_token"));
  expect(token).not.toContain(".");

  const url = `${origin}/api/orders`;
  const call = async (by = keys, sent?: string) => {
    const dpop = sent ?? (await proof(by, { method: "GET", url, token, nonce: undefined }));
    return { dpop, ...(await send(url, { headers: { authorization: `DPoP ${token}`, dpop } })) };
  };
  const passed = await call();
  expect([passed.status, passed.body]).toEqual([200, expect.stringContaining("Bearer ey")]);
  expect(passed.body).not.toContain(token);
  const refused = async (answered: ReturnType<typeof send>) =>
    member((await answered).body, "code");
  expect(await refused(call(keys, passed.dpop))).toBe("proof.replayed");
  expect(await refused(call(await generateKeys()))).toBe("token.binding");
  expect(await refused(send(url, { headers: { authorization: `Bearer ${token}` } }))).toBe(
    "token.downgraded",
  );
  expect(await refused(send(url, { headers: { authorization: "Bearer madeup" } }))).toBe(
    "token.inactive",
  );
  await atIssuer("/token/revocation", { token });
  expect(await refused(call())).toBe("token.inactive");
});
