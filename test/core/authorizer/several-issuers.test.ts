import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { authenticating, compiledPair, edgeOf } from "./edge.ts";
import { active, bearer, opaque, secrets } from "./introspecting.ts";
import { issuer, origin, request, start } from "./world.ts";

const keys = await generateKeyPair("ES256", { extractable: true });
const publicJwk = { ...(await exportJWK(keys.publicKey)), kid: "one", alg: "ES256" };

describe("several authenticators", () => {
  const other = "https://other.example";
  const jwt = `
- id: own
  type: jwt
  config:
    jwks_endpoint: {url: ${other}/certs}
    assertions: {issuers: ["${other}"], audience: [${origin}]}`;
  const answer = (url: string) =>
    url === `${other}/certs` ? Response.json({ keys: [publicJwk] }) : active();
  const token = (claims: Record<string, unknown> = {}) =>
    new SignJWT({ iss: other, sub: "bob", aud: origin, exp: start + 300, ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "one", typ: "at+jwt" })
      .sign(keys.privateKey);

  test("two issuers, one upstream: each by its own, one kind of internal token", async () => {
    const { authorizer, events } = edgeOf(
      authenticating(`${jwt}${opaque}`, ["own", "opaque"]),
      answer,
      secrets,
    );
    const seen = [];
    for (const sent of [bearer(await token()), bearer()]) {
      const decision = await authorizer.authorize(sent);
      if (decision.kind !== "allow") throw new Error(JSON.stringify(decision));
      const internal = decodeJwt(decision.headers.get("Authorization")?.slice(7) ?? "");
      seen.push(internal);
    }
    expect(seen).toMatchObject([
      { iss: "dpop-edge", aud: "upstream", sub: "bob", from: other },
      { iss: "dpop-edge", aud: "upstream", sub: "alice", from: issuer },
    ]);
    expect(Object.keys(seen[0] ?? {})).toEqual(Object.keys(seen[1] ?? {}));
    expect(events.map((event) => event.authenticator)).toEqual(["own", "opaque"]);
  });

  test("a JWT whose check failed is not asked about elsewhere", async () => {
    const { authorizer, asked } = edgeOf(
      authenticating(`${jwt}${opaque}`, ["own", "opaque"]),
      answer,
      secrets,
    );
    const forged = `${(await token()).slice(0, -8)}AAAAAAAA`;
    expect(await authorizer.authorize(bearer(forged))).toMatchObject({ code: "token.signature" });
    expect(asked.map(({ url }) => url)).toEqual([`${other}/certs`]);
  });

  test("a JWT of another issuer is for who may ask about it", async () => {
    const { authorizer, events } = edgeOf(
      authenticating(`${jwt}${opaque}`, ["own", "opaque"]),
      answer,
      secrets,
    );
    await authorizer.authorize(bearer(await token({ iss: "https://third.example" })));
    expect(events[0]?.authenticator).toBe("opaque");
  });

  test("a text that is no token falls to nobody", async () => {
    const { authorizer } = edgeOf(authenticating(jwt, ["own", "anyone"]), answer, secrets);
    expect(await authorizer.authorize(bearer("junk"))).toMatchObject({ code: "token.malformed" });
  });

  test("nor to nobody because somebody after it reads another scheme", async () => {
    const keys = `
- id: keys
  type: generic
  config:
    identity_info_endpoint: https://idp.example/keys
    authentication_data_source: [{header: Authorization, scheme: Token}]
    principal: {id: sub}`;
    const pair = authenticating(`${jwt}${keys}`, ["own", "keys", "anyone"]);
    const { authorizer } = edgeOf(pair, answer, secrets);
    expect(await authorizer.authorize(bearer("junk"))).toMatchObject({ code: "token.malformed" });
    const sent = request({ Authorization: "Token k3y" });
    expect(await authorizer.authorize(sent)).toMatchObject({ principal: { id: "alice" } });
  });

  test("the endpoint may be named by the issuer, of those that the document accepts", async () => {
    const tenants = `
- id: tenants
  type: oauth2_introspection
  config:
    introspection_endpoint:
      url: 'https://idp.example/{{ trimPrefix "https://idp.example/realms/" .TokenIssuer | urlenc }}/introspect'
    assertions:
      issuers: ["https://idp.example/realms/a", "https://idp.example/realms/b c"]
      audience: [${origin}]`;
    const { authorizer, asked } = edgeOf(
      authenticating(tenants, ["tenants"]),
      (url) => active({ iss: url.includes("/a/") ? `${issuer}/realms/a` : `${issuer}/realms/b c` }),
      secrets,
    );
    for (const iss of [`${issuer}/realms/a`, `${issuer}/realms/b c`])
      expect(await authorizer.authorize(bearer(await token({ iss })))).toMatchObject({
        kind: "allow",
      });
    expect(asked.map(({ url }) => url)).toEqual([
      "https://idp.example/a/introspect",
      "https://idp.example/b+c/introspect",
    ]);
    for (const token_ of [await token({ iss: `${issuer}/realms/evil` }), "opaque"])
      expect(await authorizer.authorize(bearer(token_))).toMatchObject({ kind: "refuse" });
    expect(asked.map(({ url }) => url)).not.toContain("https://idp.example/evil/introspect");
  });

  const judged: ReadonlyArray<[name: string, steps: string[], said: RegExp]> = [
    [
      "introspection before a jwt",
      ["opaque", "own"],
      /nobody can tell which tokens own should judge/,
    ],
  ];
  test.each(judged)("%s is a problem", (_, steps, said) => {
    const result = compiledPair(authenticating(`${jwt}${opaque}`, steps));
    expect(result.ok ? [] : result.problems.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(said),
    ]);
  });

  test("of two that introspect, the second never sees an opaque token: a note", () => {
    const second = opaque.replace("id: opaque", "id: second");
    const { notes } = compiledPair(authenticating(`${opaque}${second}`, ["opaque", "second"]));
    expect(notes.map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining("opaque judges every token that is no JWT"),
    );
  });
});
