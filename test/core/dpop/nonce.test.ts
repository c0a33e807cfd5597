import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64url, encodeBase64url } from "../../../src/jws/base64url.ts";
import { bench, expected, only, origin, second, start, stateOf } from "./nonce-bench.ts";

describe("a nonce of ours", () => {
  test("is live, says when it was issued, and carries its route", async () => {
    const { nonces } = bench();
    expect(await nonces.read(await nonces.mint(origin), expected)).toEqual({
      state: "live",
      route: new Uint8Array(0),
      issuedAt: start,
      aging: false,
    });
    for (const length of [1, 8, 64]) {
      const route = Uint8Array.from({ length }, (_, i) => 255 - i);
      expect(await nonces.read(await nonces.mint(origin, route), expected)).toMatchObject({
        state: "live",
        route,
      });
    }
  });

  test("fits a header and a JSON string as it is", async () => {
    const { nonces } = bench();
    expect(await nonces.mint(origin, new Uint8Array(64).fill(255))).toMatch(
      /^[A-Za-z0-9_-]{78,163}$/,
    );
  });

  test("has no route of more than 64 bytes", async () => {
    const { nonces } = bench();
    await expect(nonces.mint(origin, new Uint8Array(65))).rejects.toThrow(RangeError);
  });

  test.each([
    [-11, { state: "invalid" }],
    [-10, { state: "live", aging: false }],
    [0, { state: "live", aging: false }],
    [29, { state: "live", aging: false }],
    [30, { state: "live", aging: true }],
    [60, { state: "live", aging: true }],
    [61, { state: "expired", aging: true, issuedAt: start, route: Uint8Array.of(7) }],
    [1_000_000, { state: "expired", aging: true }],
    [0, { state: "live", aging: false }],
  ])("after %i seconds, on one and the same instance and on another", async (seconds, reading) => {
    const { state, nonces } = bench();
    const nonce = await nonces.mint(origin, Uint8Array.of(7));
    expect(await stateOf(nonces, nonce)).toBe("live");
    state.now = start + seconds;
    expect(await nonces.read(nonce, expected)).toMatchObject(reading);
    const other = bench();
    other.state.now = state.now;
    expect(await other.nonces.read(nonce, expected)).toMatchObject(reading);
  });

  test("is live for any number of parallel requests", async () => {
    const { nonces } = bench();
    const nonce = await nonces.mint(origin);
    const states = await Promise.all(Array.from({ length: 50 }, () => stateOf(nonces, nonce)));
    expect(new Set(states)).toEqual(new Set(["live"]));
  });

  test("is judged by the max age of the rule that asks", async () => {
    const { state, nonces } = bench();
    const nonce = await nonces.mint(origin);
    state.now += 90;
    expect(await stateOf(nonces, nonce, { maxAge: 89 })).toBe("expired");
    expect(await stateOf(nonces, nonce, { maxAge: 90 })).toBe("live");
  });

  test("of its own is never minted twice, however many are minted side by side", async () => {
    const { nonces } = bench();
    const minted = await Promise.all(Array.from({ length: 300 }, () => nonces.mint(origin)));
    expect(new Set(minted).size).toBe(300);
    expect(minted).not.toContain(await nonces.mintShared(origin));
  });

  test("that is shared is the same within a second, another in the next, for another route and another origin", async () => {
    const { state, nonces } = bench();
    const nonce = await nonces.mintShared(origin);
    expect(await stateOf(nonces, nonce)).toBe("live");
    expect(await nonces.mintShared(origin, new Uint8Array(0))).toBe(nonce);
    const others = [
      await nonces.mintShared(origin, Uint8Array.of(0)),
      await nonces.mintShared("https://b.example"),
    ];
    state.now += 1;
    others.push(await nonces.mintShared(origin));
    expect(new Set([nonce, ...others]).size).toBe(4);
  });

  test("cannot be changed by who holds its route", async () => {
    const { nonces } = bench();
    const nonce = await nonces.mint(origin, Uint8Array.of(7));
    const reading = await nonces.read(nonce, expected);
    if (reading.state === "invalid") expect.unreachable();
    reading.route.fill(9);
    expect(await nonces.read(nonce, expected)).toMatchObject({ route: Uint8Array.of(7) });
  });
});

describe("a nonce that is not ours", () => {
  test.each([
    "",
    "nonce",
    "AA",
    "eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
    "A".repeat(68),
    "A".repeat(100_000),
    "é",
  ])("%#", async (nonce) => {
    expect(await stateOf(bench().nonces, nonce)).toBe("invalid");
  });

  test("one of another key, of another origin, of another spelling", async () => {
    const { nonces } = bench();
    const nonce = await nonces.mint(origin);
    expect(await stateOf(nonces, nonce)).toBe("live");
    expect(await stateOf(bench(only(second)).nonces, nonce)).toBe("invalid");
    for (const other of [
      "https://api.example.com:8443",
      "https://api.example.co",
      "http://api.example.com",
      "",
    ]) {
      expect(await stateOf(nonces, nonce, { origin: other })).toBe("invalid");
    }
    for (const spelled of [
      `${nonce}=`,
      ` ${nonce}`,
      nonce.toLowerCase(),
      nonce.slice(1),
      `${nonce}A`,
      `${nonce}AAAA`,
    ]) {
      expect(await stateOf(nonces, spelled)).toBe("invalid");
    }
  });

  test("one of which any bit was changed", async () => {
    const { nonces } = bench();
    const nonce = await nonces.mint(origin, Uint8Array.of(1, 2, 3));
    const bytes = decodeBase64url(nonce) ?? new Uint8Array();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const changed = bytes.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await stateOf(nonces, encodeBase64url(changed))).toBe("invalid");
      }),
      { numRuns: 400 },
    );
    expect(await stateOf(nonces, nonce)).toBe("live");
  });

  test("any text, never a throw", async () => {
    const { nonces } = bench();
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.uint8Array({ maxLength: 130 }).map(encodeBase64url),
    );
    await fc.assert(
      fc.asyncProperty(text, async (nonce) => {
        expect(await stateOf(nonces, nonce)).toBe("invalid");
      }),
    );
  });
});
