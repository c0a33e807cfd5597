import { describe, expect, test } from "vitest";
import { decodeBase64url, encodeBase64url } from "../../../src/jws/base64url.ts";
import type { SymmetricKey } from "../../../src/secrets.ts";
import { bench, first, origin, stateOf } from "./nonce-bench.ts";

describe("the format", () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const hkdf = async (key: SymmetricKey, info: string, bits: number) => {
    const master = await crypto.subtle.importKey("raw", key.bytes, "HKDF", false, ["deriveBits"]);
    const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: text(info) };
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, master, bits));
  };

  /** Made by hand, so that a nonce outlives a rewrite of the code. */
  async function handmade(head: (id: Uint8Array) => readonly number[]): Promise<string> {
    const id = await hkdf(first, "dpop-edge nonce v1 key id", 64);
    const secret = await hkdf(first, "dpop-edge nonce v1 hmac", 256);
    const hmac = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", secret, hmac, false, ["sign"]);
    const bytes = Uint8Array.from(head(id));
    const covered = Uint8Array.from([...bytes, 0, 0, 0, origin.length, ...text(origin)]);
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, covered));
    return encodeBase64url(Uint8Array.from([...bytes, ...mac]));
  }
  const issued = [0, 0, 0, 0, 0x6b, 0x49, 0xd2, 0x00];

  const salt = [9, 8, 7, 6, 5, 4, 3, 2];

  test("is version, key id, issued-at, random bytes, route and an HMAC over all of it and the origin", async () => {
    const { nonces } = bench();
    const nonce = await nonces.mint(origin, Uint8Array.of(5, 6));
    const random = decodeBase64url(nonce)?.slice(17, 25) ?? [];
    expect(await handmade((id) => [2, ...id, ...issued, ...random, 2, 5, 6])).toBe(nonce);
  });

  // biome-ignore format: a row is a line
  test.each<[string, (id: Uint8Array) => readonly number[], string]>([
    ["the unspoiled one", (id) => [2, ...id, ...issued, ...salt, 2, 5, 6], "live"],
    ["version 1, which had no random bytes", (id) => [1, ...id, ...issued, 2, 5, 6], "invalid"],
    ["another version", (id) => [3, ...id, ...issued, ...salt, 2, 5, 6], "invalid"],
    ["an unknown key", (id) => [2, ...id.toReversed(), ...issued, ...salt, 2, 5, 6], "invalid"],
    ["a route shorter than it says", (id) => [2, ...id, ...issued, ...salt, 3, 5, 6], "invalid"],
    ["a route longer than it says", (id) => [2, ...id, ...issued, ...salt, 1, 5, 6], "invalid"],
    ["a route of 65 bytes", (id) => [2, ...id, ...issued, ...salt, 65, ...new Uint8Array(65)], "invalid"],
    ["no route length", (id) => [2, ...id, ...issued, ...salt], "invalid"],
    ["an issued-at past every number", (id) => [2, ...id, ...new Uint8Array(8).fill(255), ...salt, 2, 5, 6], "invalid"],
    ["an issued-at of zero", (id) => [2, ...id, ...new Uint8Array(8), ...salt, 2, 5, 6], "expired"],
  ])("with a good HMAC: %s", async (_, head, state) => {
    expect(await stateOf(bench().nonces, await handmade(head))).toBe(state);
  });
});
