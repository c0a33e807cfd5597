import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { ath, clientKey, keyPair, origin, type World } from "../authorizer/world.ts";
import { createMcpWorld, message, sent } from "./world.ts";

// What the DPoP extension of MCP (SEP-1932) demands of a server, a row a demand.

const other = await keyPair();
const url = `${origin}/mcp`;

interface Spoiled {
  readonly claims?: (world: World) => Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly key?: typeof clientKey;
  readonly token?: Record<string, unknown>;
}

/** A request whose token and proof are as spoiled. */
async function request(world: World, { claims, header, key = clientKey, token }: Spoiled) {
  const accessToken = await world.accessToken({
    aud: url,
    cnf: { jkt: clientKey.jkt },
    scope: "read write",
    ...token,
  });
  const proof = await new SignJWT({
    jti: crypto.randomUUID(),
    htm: "POST",
    htu: url,
    iat: world.clock.seconds,
    ath: await ath(accessToken),
    ...claims?.(world),
  })
    .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: key.publicJwk, ...header })
    .sign(key.privateKey);
  const plain = await sent(world, { body: message("tools/list"), token: accessToken });
  plain.headers.set("DPoP", proof);
  return plain;
}

describe("SEP-1932, of servers", () => {
  test("a valid proof passes", async () => {
    const world = createMcpWorld();
    expect(await world.authorizer.authorize(await request(world, {}))).toMatchObject({
      kind: "allow",
    });
  });

  test.each<[string, Spoiled, string]>([
    ["typ is dpop+jwt", { header: { typ: "jwt" } }, "proof.type"],
    [
      "the key in the proof is the one that signed",
      { key: { ...clientKey, privateKey: other.privateKey } },
      "proof.signature",
    ],
    ["htm is the method", { claims: () => ({ htm: "GET" }) }, "proof.htm"],
    ["htu is the URL", { claims: () => ({ htu: `${origin}/other` }) }, "proof.htu"],
    ["jti is there", { claims: () => ({ jti: undefined }) }, "proof.jti"],
    [
      "iat is within five minutes: old",
      { claims: ({ clock }) => ({ iat: clock.seconds - 301 }) },
      "proof.iat",
    ],
    [
      "iat is within five minutes: early",
      { claims: ({ clock }) => ({ iat: clock.seconds + 301 }) },
      "proof.iat",
    ],
    ["ath is the token's", { claims: () => ({ ath: "A".repeat(43) }) }, "proof.ath"],
    ["the token is bound to the proof's key", { key: other }, "token.binding"],
    ["the token is meant for this resource", { token: { aud: origin } }, "token.audience"],
    ["the token is bound", { token: { cnf: undefined } }, "token.unbound"],
  ])("%s, or 401 with a challenge", async (_, spoiled, code) => {
    const world = createMcpWorld();
    const decision = await world.authorizer.authorize(await request(world, spoiled));
    expect(decision).toMatchObject({ code, status: 401 });
    expect(decision.headers.get("WWW-Authenticate")).toMatch(/^DPoP .*error="invalid_/);
    expect(decision.headers.get("WWW-Authenticate")).toContain("resource_metadata=");
  });

  test.each(["none", "HS256"])("the signature is asymmetric: %s is refused", async (alg) => {
    const world = createMcpWorld();
    const good = await request(world, {});
    const [, payload, signature] = (good.headers.get("DPoP") ?? "").split(".");
    const header = btoa(JSON.stringify({ alg, typ: "dpop+jwt", jwk: clientKey.publicJwk }));
    const encoded = header.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    good.headers.set("DPoP", `${encoded}.${payload}.${signature}`);
    expect(await world.authorizer.authorize(good)).toMatchObject({
      code: "proof.alg",
      status: 401,
    });
  });

  test("a proof passes once", async () => {
    const world = createMcpWorld();
    const once = await request(world, {});
    await world.authorizer.authorize(once);
    expect(await world.authorizer.authorize(once)).toMatchObject({ code: "proof.replayed" });
  });

  test("a bound token is not a Bearer token", async () => {
    const world = createMcpWorld();
    const good = await request(world, {});
    const token = good.headers.get("Authorization")?.slice(5) ?? "";
    good.headers.set("Authorization", `Bearer ${token}`);
    good.headers.delete("DPoP");
    expect(await world.authorizer.authorize(good)).toMatchObject({
      code: "token.downgraded",
      status: 401,
    });
  });

  test("a proof of another server's nonce is challenged, with one of ours", async () => {
    const world = createMcpWorld();
    const foreign = await request(world, { claims: () => ({ nonce: "theirs" }) });
    const decision = await world.authorizer.authorize(foreign);
    expect(decision).toMatchObject({ code: "nonce.invalid", status: 401 });
    expect(decision.headers.get("WWW-Authenticate")).toContain('error="use_dpop_nonce"');
    expect(decision.headers.get("DPoP-Nonce")).toBeTruthy();
  });
});
