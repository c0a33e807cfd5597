import { SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import type { IntrospectionAuthenticator } from "../../../src/configuration.ts";
import {
  code,
  issuer,
  json,
  keySource,
  refusal,
  type SigningPair,
  signingPair,
  start,
} from "../token/issuer-double.ts";
import { active, asking, introspecting } from "./double.ts";

const type = "application/token-introspection+jwt";
let key: SigningPair;
let stranger: SigningPair;
beforeAll(async () => {
  [key, stranger] = await Promise.all([signingPair("ES256", "one"), signingPair("ES256", "one")]);
});

const demanding: IntrospectionAuthenticator = {
  ...introspecting,
  issuers: [issuer],
  signed: { keys: keySource, audience: ["edge"] },
};

interface Parts {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly by?: () => SigningPair;
}

function signed({ header, claims, by = () => key }: Parts = {}): Promise<string> {
  const payload = Object.entries({
    iss: issuer,
    aud: "edge",
    iat: start,
    token_introspection: active({ iss: issuer }),
    ...claims,
  });
  return new SignJWT(Object.fromEntries(payload.filter(([, value]) => value !== undefined)))
    .setProtectedHeader({ alg: "ES256", kid: "one", typ: "token-introspection+jwt", ...header })
    .sign(by().privateKey);
}

function edge(answer: () => Promise<Response>) {
  return asking(async (url) =>
    url.endsWith("/certs") ? json({ keys: [key.jwk] }) : await answer(),
  );
}

const jwt = async (text: string | Promise<string>, contentType = type) =>
  new Response(await text, { headers: { "Content-Type": contentType } });

test("a signed answer is asked for, verified, and taken for the token", async () => {
  const { net, verify } = edge(() => jwt(signed(), `${type};charset=utf-8`));
  expect((await verify("opaque", {}, demanding)).claims).toEqual(active({ iss: issuer }));
  expect(new Headers(net.asked[0]?.init.headers).get("Accept")).toBe(type);
});

const forged: ReadonlyArray<[name: string, parts: Parts, says: string]> = [
  ["by another key", { by: () => stranger }, "token.signature"],
  ["by an unknown kid", { header: { kid: "two" } }, "token.key"],
  ["without a typ", { header: { typ: undefined } }, "token.type"],
  ["an access token", { header: { typ: "at+jwt" } }, "token.type"],
  ["with an extension", { header: { b64: true } }, "token.malformed"],
  ["of another issuer", { claims: { iss: "https://other.example" } }, "token.issuer"],
  ["for another client", { claims: { aud: "other" } }, "token.audience"],
  ["for nobody", { claims: { aud: undefined } }, "token.audience"],
  ["without iat", { claims: { iat: undefined } }, "iat"],
  ["of long ago", { claims: { iat: start - 310 } }, "iat"],
  ["from the future", { claims: { iat: start + 11 } }, "iat"],
  ["without the word on the token", { claims: { token_introspection: undefined } }, "token_intro"],
  ["with a word that is no object", { claims: { token_introspection: [] } }, "token_intro"],
];
describe("a signed answer that does not hold is none", () => {
  test.each(forged)("%s", async (_, parts, says) => {
    const { verify } = edge(() => jwt(signed(parts)));
    expect(await refusal(verify("opaque", {}, demanding))).toMatchObject({
      code: "introspection.unavailable",
      detail: { found: expect.stringContaining(says) },
    });
  });

  test("alg none", async () => {
    const part = (value: unknown) => btoa(JSON.stringify(value)).replaceAll("=", "");
    const header = part({ alg: "none", typ: "token-introspection+jwt" });
    const text = `${header}.${part({ iss: issuer, aud: "edge", iat: start })}.`;
    const { verify } = edge(() => jwt(text));
    expect(await code(verify("opaque", {}, demanding))).toBe("introspection.unavailable");
  });

  test("a plain answer where a signed one is demanded, and the reverse", async () => {
    const plain = edge(async () => json(active({ iss: issuer })));
    expect(await code(plain.verify("opaque", {}, demanding))).toBe("introspection.unavailable");
    const unasked = edge(() => jwt(signed()));
    expect(await refusal(unasked.verify("opaque"))).toMatchObject({
      code: "introspection.unavailable",
      detail: { found: expect.stringContaining("signed_answer") },
    });
  });

  test("active is said inside, never beside", async () => {
    const claims = { active: true, token_introspection: { active: false, iss: issuer } };
    const { verify } = edge(() => jwt(signed({ claims })));
    expect(await code(verify("opaque", {}, demanding))).toBe("token.inactive");
  });
});
