import { decodeJwt, exportJWK, generateKeyPair, jwtVerify } from "jose";
import { expect, test } from "vitest";
import type { ClientAuthentication } from "../../../src/configuration.ts";
import { refusal, start } from "../token/issuer-double.ts";
import { asking, endpointUrl, introspecting, posted, saying } from "./double.ts";

const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
const OURS = JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), kid: "k1" }] });

async function presented(client: ClientAuthentication) {
  const { net, verify } = asking(saying(), { OURS });
  const introspection = { ...introspecting.introspection, client };
  await verify("opaque", { introspection, cacheTtl: 0 });
  await verify("opaque", { introspection, cacheTtl: 0 });
  return net.asked.map(({ init }) => ({
    form: posted(init),
    authorization: new Headers(init.headers).get("Authorization"),
  }));
}

test("client_secret_post: in the form, and nowhere else", async () => {
  const secret = { source: "idp", selector: "secret" };
  const [first] = await presented({ type: "client_secret_post", clientId: "edge", secret });
  expect(first).toEqual({
    authorization: null,
    form: {
      token: "opaque",
      token_type_hint: "access_token",
      client_id: "edge",
      client_secret: "s3:cr&t",
    },
  });
});

test("private_key_jwt: an assertion for every request, of RFC 7523 section 3", async () => {
  const key = { source: "ours", selector: "k1" };
  const [first, second] = await presented({ type: "private_key_jwt", clientId: "edge", key });
  expect(first?.form.client_assertion_type).toBe(
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  );
  const { payload, protectedHeader } = await jwtVerify(
    first?.form.client_assertion ?? "",
    publicKey,
    { currentDate: new Date(start * 1000) },
  );
  expect(protectedHeader).toMatchObject({ alg: "ES256", kid: "k1" });
  expect(payload).toEqual({
    iss: "edge",
    sub: "edge",
    aud: endpointUrl,
    iat: start,
    exp: start + 60,
    jti: expect.stringMatching(/^.{22}$/),
  });
  expect(decodeJwt(second?.form.client_assertion ?? "").jti).not.toBe(payload.jti);
});

test("private_key_jwt: for the audience that the document names", async () => {
  const [first] = await presented({
    type: "private_key_jwt",
    clientId: "edge",
    key: { source: "ours" },
    audience: "https://idp.example",
  });
  expect(decodeJwt(first?.form.client_assertion ?? "").aud).toBe("https://idp.example");
});

test("a key that is missing refuses, and the log says which", async () => {
  const { net, verify } = asking(saying(), {});
  const client = { type: "private_key_jwt", clientId: "edge", key: { source: "ours" } } as const;
  const refused = await refusal(
    verify("opaque", { introspection: { ...introspecting.introspection, client } }),
  );
  expect(refused).toMatchObject({
    code: "introspection.unavailable",
    detail: { found: expect.stringContaining("secret OURS") },
  });
  expect(net.asked).toEqual([]);
});
