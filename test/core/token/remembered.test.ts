import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  accessToken,
  authenticator,
  code,
  json,
  publishing,
  type SigningPair,
  signingPair,
  start,
  tokenEdge,
} from "./issuer-double.ts";

let key: SigningPair;
let next: SigningPair;
beforeAll(async () => {
  [key, next] = await Promise.all([signingPair("ES256", "one"), signingPair("ES256", "two")]);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const edge = () => tokenEdge(publishing(key));

test("a token seen before costs no hash", async () => {
  const { tokens } = edge();
  const token = await accessToken(key);
  const first = await tokens.verify(token, authenticator);
  const digest = vi.spyOn(crypto.subtle, "digest");
  const verify = vi.spyOn(crypto.subtle, "verify");
  expect(await tokens.verify(token, authenticator)).toBe(first);
  expect([digest.mock.calls.length, verify.mock.calls.length]).toEqual([0, 0]);
  await tokens.verify(await accessToken(key, { claims: { sub: "bob" } }), authenticator);
  expect([digest.mock.calls.length, verify.mock.calls.length]).toEqual([1, 1]);
});

test("several verifications of one new token at once", async () => {
  const { net, tokens } = edge();
  const token = await accessToken(key);
  const all = await Promise.all(
    Array.from({ length: 20 }, () => tokens.verify(token, authenticator)),
  );
  expect(new Set(all.map(({ ath }) => ath)).size).toBe(1);
  expect(net.asked).toHaveLength(1);
});

test("nobody can change what others are told", async () => {
  const { tokens } = edge();
  const verified = await tokens.verify(
    await accessToken(key, { claims: { roles: [{ name: "a" }] } }),
    authenticator,
  );
  expect(() => Object.assign(verified, { jkt: "x" })).toThrow(TypeError);
  expect(() => Object.assign(verified.scopes, ["admin"])).toThrow(TypeError);
  expect(() => Object.assign(verified.claims.cnf ?? {}, { jkt: "x" })).toThrow(TypeError);
  const roles: unknown = verified.claims.roles;
  expect(Array.isArray(roles) && Object.isFrozen(roles) && Object.isFrozen(roles[0])).toBe(true);
});

describe("is judged anew", () => {
  test("by another authenticator", async () => {
    const { tokens } = edge();
    const token = await accessToken(key);
    expect(await code(tokens.verify(token, authenticator))).toBe("accepted");
    const strict = { ...authenticator, audience: ["https://other.example"] };
    expect(await code(tokens.verify(token, strict))).toBe("token.audience");
    const narrow = { ...authenticator, algorithms: ["RS256"] };
    expect(await code(tokens.verify(token, narrow))).toBe("token.alg");
  });

  test("by an authenticator that takes another typ, and by nothing else of it", async () => {
    const { tokens } = edge();
    const token = await accessToken(key, { header: { typ: "jwt" } });
    const lenient = { ...authenticator, tokenTypes: ["at+jwt", "jwt"] };
    const strict = { ...authenticator, tokenTypes: ["at+jwt"] };
    expect(await code(tokens.verify(token, lenient))).toBe("accepted");
    expect(await code(tokens.verify(token, strict))).toBe("token.type");
    expect(await code(tokens.verify(token, { ...strict }))).toBe("token.type");
    expect(await code(tokens.verify(token, lenient))).toBe("accepted");
  });

  test("by its end", async () => {
    const { clock, tokens } = edge();
    const token = await accessToken(key, { claims: { exp: start + 20 } });
    expect(await code(tokens.verify(token, authenticator))).toBe("accepted");
    clock.turn(29);
    expect(await code(tokens.verify(token, authenticator))).toBe("accepted");
    clock.turn(1);
    expect(await code(tokens.verify(token, authenticator))).toBe("token.expired");
  });

  test("by its beginning, when the clock falls back", async () => {
    const { clock, tokens } = edge();
    const token = await accessToken(key, { claims: { nbf: start } });
    expect(await code(tokens.verify(token, authenticator))).toBe("accepted");
    clock.turn(-11);
    expect(await code(tokens.verify(token, authenticator))).toBe("token.early");
  });

  test("by the key that signed it, as soon as the issuer has withdrawn that", async () => {
    const { clock, net, tokens } = edge();
    const token = await accessToken(key);
    expect(await code(tokens.verify(token, authenticator))).toBe("accepted");
    net.answer = publishing(next);
    clock.turn(30);
    expect(await code(tokens.verify(await accessToken(next), authenticator))).toBe("accepted");
    expect(await code(tokens.verify(token, authenticator))).toBe("token.key");
  });

  test("by a key that took the place of the one that signed it", async () => {
    const { clock, net, tokens } = edge();
    const token = await accessToken(key, { claims: { exp: start + 1000 } });
    expect(await code(tokens.verify(token, authenticator))).toBe("accepted");
    net.answer = () => json({ keys: [{ ...next.jwk, kid: "one" }] });
    clock.turn(600);
    expect(await code(tokens.verify(token, authenticator))).toBe("token.signature");
  });

  test("not at all while the keys cannot be had", async () => {
    const { clock, net, tokens } = edge();
    const token = await accessToken(key, { claims: { exp: start + 10_000 } });
    expect(await code(tokens.verify(token, authenticator))).toBe("accepted");
    net.answer = () => new Response(null, { status: 500 });
    clock.turn(600 + 3600);
    expect(await code(tokens.verify(token, authenticator))).toBe("keys.unavailable");
  });
});

test("a key that is published unchanged keeps its tokens, however often it is fetched", async () => {
  const { clock, net, tokens } = edge();
  const token = await accessToken(key, { claims: { exp: start + 10_000 } });
  const first = await tokens.verify(token, authenticator);
  net.answer = publishing(next, key);
  clock.turn(600);
  expect(await tokens.verify(token, authenticator)).toBe(first);
  expect(net.asked).toHaveLength(2);
});
