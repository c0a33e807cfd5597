import { describe, expect, test, vi } from "vitest";
import { createNonces, type NonceKeys } from "../../../src/dpop/nonce.ts";
import { decodeBase64url, encodeBase64url } from "../../../src/jws/base64url.ts";
import {
  bench,
  expected,
  first,
  keyOf,
  only,
  origin,
  random,
  second,
  start,
  stateOf,
} from "./nonce-bench.ts";

describe("keys", () => {
  test("all verify and the selected one signs, through a rotation", async () => {
    const { state, nonces } = bench(only(first));
    const old = await nonces.mintShared(origin);
    state.keys = { signing: first, all: [first, second] };
    expect(await nonces.mintShared(origin)).toBe(old);
    state.keys = { signing: second, all: [first, second] };
    const renewed = await nonces.mintShared(origin);
    expect(renewed).not.toBe(old);
    expect([await stateOf(nonces, old), await stateOf(nonces, renewed)]).toEqual(["live", "live"]);
    state.keys = only(second);
    expect([await stateOf(nonces, old), await stateOf(nonces, renewed)]).toEqual([
      "invalid",
      "live",
    ]);
    expect(await stateOf(bench(only(second)).nonces, renewed)).toBe("live");
  });

  test("a key is its bytes, not its name", async () => {
    const nonce = await bench(only(keyOf(1, "a"))).nonces.mint(origin);
    expect(await stateOf(bench(only(keyOf(1, "b"))).nonces, nonce)).toBe("live");
    expect(await stateOf(bench(only(keyOf(2, "a"))).nonces, nonce)).toBe("invalid");
  });

  test("are asked for when they are needed; what that throws is thrown, and heals", async () => {
    const keys = vi.fn(async (): Promise<NonceKeys> => only(first));
    const nonces = createNonces({ keys, now: () => start * 1000, random });
    expect(keys).not.toHaveBeenCalled();
    keys.mockRejectedValueOnce(new Error("no such secret"));
    await expect(nonces.mint(origin)).rejects.toThrow("no such secret");
    const nonce = await nonces.mint(origin);
    keys.mockRejectedValueOnce(new Error("no such secret"));
    await expect(nonces.read(nonce, expected)).rejects.toThrow("no such secret");
    expect(await stateOf(nonces, nonce)).toBe("live");
  });

  test("shorter than 32 bytes are a fault that says so, without the key", async () => {
    const short = { kid: "short", bytes: new Uint8Array(31).fill(65) };
    const { state, nonces } = bench(only(short));
    await expect(nonces.mint(origin)).rejects.toThrow(
      "the key short has 31 bytes; it needs 32 or more",
    );
    state.keys = only(first);
    expect(await stateOf(nonces, await nonces.mint(origin))).toBe("live");
  });

  test("are derived once, and a nonce is verified once, whatever strangers send meanwhile", async () => {
    const derive = vi.spyOn(crypto.subtle, "deriveBits");
    const verify = vi.spyOn(crypto.subtle, "verify");
    try {
      const { state, nonces } = bench();
      const nonce = await nonces.mint(origin);
      expect(await stateOf(nonces, nonce)).toBe("live");
      const bytes = decodeBase64url(nonce) ?? new Uint8Array();
      for (let i = 0; i < 3000; i += 1) {
        new DataView(bytes.buffer).setUint32(28, i);
        expect(await stateOf(nonces, encodeBase64url(bytes))).toBe("invalid");
      }
      verify.mockClear();
      expect(await stateOf(nonces, nonce)).toBe("live");
      state.now += 61;
      expect(await stateOf(nonces, nonce)).toBe("expired");
      expect(verify).not.toHaveBeenCalled();
      expect(derive).toHaveBeenCalledTimes(2);
    } finally {
      derive.mockRestore();
      verify.mockRestore();
    }
  });
});
