import { describe, expect, test } from "vitest";
import { audience, code, issuer, jkt, json, refusal, start } from "../token/issuer-double.ts";
import { active, asking, endpointUrl, posted, saying } from "./double.ts";

test("asks once, by a form, and takes the answer for the token", async () => {
  const { net, verify } = asking(saying({ cnf: { jkt }, scope: "read write" }));
  expect(await verify("opaque")).toMatchObject({
    claims: { sub: "alice" },
    ath: "bSKYhMEmi7CrMtjaMV0P5S-RRyKL2DCje8n7KKlUlA0",
    jkt,
    scopes: ["read", "write"],
    clientId: "agent",
  });
  expect(net.asked).toHaveLength(1);
  const { url, init } = net.asked[0] ?? {};
  expect(url).toBe(endpointUrl);
  expect(init).toMatchObject({ method: "POST", redirect: "manual", cache: "no-store" });
  expect(posted(init)).toEqual({ token: "opaque", token_type_hint: "access_token" });
  const headers = new Headers(init?.headers);
  expect(headers.get("Accept")).toBe("application/json");
  expect(headers.get("Content-Type")).toBe("application/x-www-form-urlencoded");
  // RFC 6749 section 2.3.1: form-encoded, then base64.
  expect(headers.get("Authorization")).toBe(`Basic ${btoa("edge:s3%3Acr%26t")}`);
});

const refused: ReadonlyArray<[name: string, claims: Record<string, unknown>, code: string]> = [
  ["not active", { active: false }, "token.inactive"],
  ["active as text", { active: "true" }, "token.inactive"],
  ["no word on it", { active: undefined }, "token.inactive"],
  ["expired", { exp: start - 10 }, "token.expired"],
  ["exp as text", { exp: "never" }, "token.malformed"],
  ["not valid yet", { nbf: start + 11 }, "token.early"],
  ["from the future", { iat: start + 11 }, "token.early"],
  ["for another audience", { aud: "https://other.example" }, "token.audience"],
  ["for nobody", { aud: undefined }, "token.audience"],
  ["a refresh token (Hydra)", { token_use: "refresh_token" }, "token.type"],
  ["a refresh token (Keycloak)", { typ: "Refresh" }, "token.type"],
  ["an ID token", { typ: "ID" }, "token.type"],
  ["DPoP without its key", { token_type: "DPoP" }, "token.binding"],
  ["bound by what is not checked here", { cnf: { jwk: {} } }, "token.binding"],
  ["a cnf that cannot be read", { cnf: { jkt: "short" } }, "token.malformed"],
];
describe("an answer that does not hold", () => {
  test.each(refused)("%s", async (_, claims, expected) => {
    expect(await code(asking(saying(claims)).verify("opaque"))).toBe(expected);
  });

  test("issuers of the document are demanded, another is refused", async () => {
    const issuers = [issuer];
    expect(await code(asking(saying({ iss: issuer })).verify("t", { issuers }))).toBe("accepted");
    expect(await code(asking(saying()).verify("t", { issuers }))).toBe("token.issuer");
    expect(await code(asking(saying({ iss: `${issuer}/` })).verify("t", { issuers }))).toBe(
      "token.issuer",
    );
  });

  test("a token without an end is one as long as its issuer says so", async () => {
    expect(await code(asking(saying({ exp: undefined })).verify("opaque"))).toBe("accepted");
  });

  test("an endpoint that the token's issuer chose is not asked about an opaque one", async () => {
    const { net, verify } = asking();
    expect(await code(verify("opaque", { onlyJwt: true }))).toBe("token.malformed");
    expect(net.asked).toEqual([]);
  });
});

const silent: ReadonlyArray<[name: string, answer: () => Response | Promise<Response>]> = [
  ["500", () => new Response(null, { status: 500 })],
  ["401", () => new Response(null, { status: 401 })],
  ["a redirect", () => new Response(null, { status: 307, headers: { Location: "https://x" } })],
  ["no JSON", () => new Response("active")],
  ["an array", () => new Response("[]")],
  ["a duplicate", () => new Response('{"active":false,"active":true}')],
  ["too much", () => new Response(`{"active":true,"x":"${"x".repeat(262_144)}"}`)],
  ["not reachable", () => Promise.reject(new TypeError("no route"))],
];
describe("without an answer nothing passes", () => {
  test.each(silent)("%s", async (_, answer) => {
    const refused = await refusal(asking(answer).verify("opaque"));
    expect(refused?.code).toBe("introspection.unavailable");
    expect(JSON.stringify(refused?.detail)).not.toContain("opaque");
  });

  test("an error with status 200 is no word on the token", async () => {
    expect(await code(asking(() => json({ error: "x" })).verify("opaque"))).toBe("token.inactive");
  });

  test("an issuer that never answers costs its timeout", async () => {
    const { verify } = asking(() => new Promise<Response>(() => undefined));
    const endpoint = { url: endpointUrl, headers: {}, timeout: 0.02 };
    const introspection = { kind: "direct", endpoint, verifyIssuer: true } as const;
    expect(await refusal(verify("opaque", { introspection }))).toMatchObject({
      code: "introspection.unavailable",
      detail: { found: "https://idp.example/introspect did not answer within 0.02 s" },
    });
  });

  test("a secret that is missing is named, the secret of others is not", async () => {
    const { verify } = asking(saying(), { IDP: " " });
    expect((await refusal(verify("opaque")))?.detail.found).toContain("secret IDP");
  });

  test("it is asked again at once: nothing is remembered of a failure", async () => {
    const { net, verify } = asking(() => new Response(null, { status: 503 }));
    await code(verify("opaque"));
    net.answer = saying();
    expect(await code(verify("opaque"))).toBe("accepted");
  });
});

describe("what is remembered", () => {
  test("a positive answer for cache_ttl", async () => {
    const { clock, net, verify } = asking();
    const first = await verify("opaque");
    clock.turn(59);
    expect(await verify("opaque")).toBe(first);
    net.answer = saying({ active: false });
    clock.turn(1);
    expect(await code(verify("opaque"))).toBe("token.inactive");
    expect(net.asked).toHaveLength(2);
  });

  test("never longer than the token lives", async () => {
    const { clock, net, verify } = asking(saying({ exp: start + 20 }));
    await verify("opaque");
    clock.turn(20);
    // Within the leeway the issuer is asked again, and it has the last word.
    net.answer = saying({ active: false });
    expect(await code(verify("opaque"))).toBe("token.inactive");
  });

  test("nothing with cache_ttl 0", async () => {
    const { net, verify } = asking();
    await verify("opaque", { cacheTtl: 0 });
    await verify("opaque", { cacheTtl: 0 });
    expect(net.asked).toHaveLength(2);
  });

  test("a refusal for seconds", async () => {
    const { clock, net, verify } = asking(saying({ active: false }));
    expect(await code(verify("opaque"))).toBe("token.inactive");
    net.answer = saying();
    clock.turn(4);
    expect(await code(verify("opaque"))).toBe("token.inactive");
    expect(net.asked).toHaveLength(1);
    clock.turn(1);
    expect(await code(verify("opaque"))).toBe("accepted");
  });

  test("by token and by authenticator as merged: another one asks for itself", async () => {
    const { net, verify } = asking();
    await verify("opaque");
    await verify("opaque", { id: "the same under another name" });
    expect(net.asked).toHaveLength(1);
    expect(await code(verify("opaque", { audience: ["https://other.example"] }))).toBe(
      "token.audience",
    );
    expect(await code(verify("opaque"))).toBe("accepted");
    await verify("other");
    expect(net.asked).toHaveLength(3);
  });

  test("a clock that falls back makes nothing young again", async () => {
    const { clock, net, verify } = asking();
    await verify("opaque");
    clock.turn(-5);
    net.answer = saying({ active: false });
    expect(await code(verify("opaque"))).toBe("token.inactive");
  });

  test("an answer that comes late does not outlive the revocation that overtook it", async () => {
    const answers: Array<(response: Response) => void> = [];
    const { clock, net, verify } = asking(() => new Promise((resolve) => answers.push(resolve)));
    const early = code(verify("opaque"));
    await expect.poll(() => answers.length).toBe(1);
    clock.turn(1);
    const late = code(verify("opaque"));
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.(json({ active: false }));
    expect(await late).toBe("token.inactive");
    answers[0]?.(json(active()));
    expect(await early).toBe("accepted");
    net.answer = saying();
    expect(await code(verify("opaque"))).toBe("token.inactive");
  });

  test("what one request's code changes, no other sees", async () => {
    const { verify } = asking(saying({ cnf: { jkt } }));
    const { claims } = await verify("opaque");
    expect(() => Object.assign(claims.cnf ?? {}, { jkt: "x" })).toThrow(TypeError);
  });
});

test("an audience among several", async () => {
  expect(await code(asking(saying({ aud: ["x", audience] })).verify("t"))).toBe("accepted");
});
