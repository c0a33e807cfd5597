import { describe, expect, test } from "vitest";
import { authenticating, edgeOf } from "./edge.ts";
import { active, bearer, bound, opaque, proven, secrets } from "./introspecting.ts";
import { clientKey, issuer, origin, request, start } from "./world.ts";

describe("an opaque token", () => {
  const edge = (answer: () => Response = () => bound()) =>
    edgeOf(authenticating(opaque, ["opaque"]), answer, secrets);

  test("that is bound passes with its proof, once", async () => {
    const { authorizer, events, asked } = edge();
    const sent = await proven();
    expect(await authorizer.authorize(sent)).toMatchObject({
      kind: "allow",
      principal: { id: "alice", jkt: clientKey.jkt, notAfter: start + 310 },
    });
    expect(await authorizer.authorize(sent)).toMatchObject({ code: "proof.replayed" });
    expect(asked).toHaveLength(1);
    expect(String(asked[0]?.init.body)).toContain("client_id=edge&client_secret=s3cret");
    expect(JSON.stringify(events)).not.toMatch(/opaque"[^,]*,"token|s3cret/);
  });

  const rows: ReadonlyArray<
    [
      name: string,
      sent: () => ReturnType<typeof request> | Promise<ReturnType<typeof request>>,
      code: string,
    ]
  > = [
    ["sent as Bearer", () => bearer(), "token.downgraded"],
    ["with a proof for another token", () => proven("opaque", { ath: "x" }), "proof.ath"],
    ["without a proof", () => request({ Authorization: "DPoP opaque" }), "proof.missing"],
    ["with a proof of another URL", () => proven("opaque", { htu: `${origin}/x` }), "proof.htu"],
  ];
  test.each(rows)("that is bound, %s, is refused", async (_, sent, code) => {
    expect(await edge().authorizer.authorize(await sent())).toMatchObject({ code });
  });

  test("bound to another key is refused", async () => {
    const { authorizer } = edge(() =>
      bound({ jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
    );
    expect(await authorizer.authorize(await proven())).toMatchObject({ code: "token.binding" });
  });

  test("that is bound to nothing is a Bearer token, where the rule takes such", async () => {
    expect(await edge(() => active()).authorizer.authorize(bearer())).toMatchObject({
      kind: "allow",
    });
    const required = edgeOf(
      authenticating(opaque, ["opaque"], "enforcement: required"),
      () => active(),
      secrets,
    );
    expect(await required.authorizer.authorize(bearer())).toMatchObject({ code: "token.unbound" });
  });

  test("lacks a scope", async () => {
    const { authorizer } = edge(() => active({ scope: "write" }));
    const answer = await authorizer.authorize(bearer());
    expect(answer).toMatchObject({ status: 403, code: "policy.scope" });
  });

  test("that is not active: 401 invalid_token; no answer: 503, and nothing remembered", async () => {
    const no = edge(() => active({ active: false }));
    const refused = await no.authorizer.authorize(bearer());
    expect(refused).toMatchObject({ status: 401, code: "token.inactive" });
    expect("status" in refused && refused.headers.get("WWW-Authenticate")).toContain(
      'error="invalid_token"',
    );
    const silent = edge(() => new Response(null, { status: 502 }));
    const answer = await silent.authorizer.authorize(bearer());
    expect(answer).toMatchObject({ status: 503, code: "introspection.unavailable" });
    expect("status" in answer && answer.headers.get("Retry-After")).toBe("5");
    expect(silent.events[0]?.found).toBe(`${issuer}/introspect answered 502`);
  });

  test("many at once are judged alike, each by an answer", async () => {
    const { authorizer } = edge(() => active());
    const all = await Promise.all(Array.from({ length: 20 }, () => authorizer.authorize(bearer())));
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(["allow"]));
  });
});

describe("a token that is bound to a certificate", () => {
  // RFC 8705 section 3.1's thumbprint, and the same in hex.
  const x5t = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";
  const sha256 = Array.from(atob(`${x5t.replaceAll("_", "/").replaceAll("-", "+")}=`), (byte) =>
    byte.charCodeAt(0).toString(16).padStart(2, "0"),
  ).join("");
  const edge = () =>
    edgeOf(authenticating(opaque, ["opaque"]), () => bound({ "x5t#S256": x5t }), secrets);

  test("passes from who presented it", async () => {
    const sent = { ...bearer(), clientCertificate: () => ({ sha256 }) };
    const { authorizer } = edge();
    expect(await authorizer.authorize(sent)).toMatchObject({ kind: "allow" });
    // The answer is remembered, the certificate is another's.
    const thief = { ...bearer(), clientCertificate: () => ({ sha256: "00".repeat(32) }) };
    expect(await authorizer.authorize(thief)).toMatchObject({ code: "token.binding" });
    expect(await authorizer.authorize(bearer())).toMatchObject({ code: "token.binding" });
  });

  test("nobody looks for the certificate where the token is bound to a key alone", async () => {
    const { jkt } = clientKey;
    const { authorizer } = edgeOf(
      authenticating(opaque, ["opaque"]),
      () => bound({ jkt }),
      secrets,
    );
    const clientCertificate = () => {
      throw new Error("was asked for");
    };
    const sent = { ...(await proven()), clientCertificate };
    expect(await authorizer.authorize(sent)).toMatchObject({ kind: "allow" });
  });

  test("a certificate in a header is nobody's", async () => {
    const sent = request({
      Authorization: "Bearer opaque",
      "X-Client-Cert": sha256,
      "Cf-Client-Cert-Sha256": sha256,
    });
    expect(await edge().authorizer.authorize(sent)).toMatchObject({ code: "token.binding" });
  });

  test("a token that is bound twice is proven twice", async () => {
    const both = { jkt: clientKey.jkt, "x5t#S256": x5t };
    const { authorizer } = edgeOf(authenticating(opaque, ["opaque"]), () => bound(both), secrets);
    expect(await authorizer.authorize(await proven())).toMatchObject({ code: "token.binding" });
    const sent = { ...(await proven()), clientCertificate: () => ({ sha256 }) };
    expect(await authorizer.authorize(sent)).toMatchObject({ kind: "allow" });
  });
});
