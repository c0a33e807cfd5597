import fc from "fast-check";
import { expect, test } from "vitest";
import { replayDigest } from "../../../src/dpop/replay-key.ts";

const hexOf = (bytes: Uint8Array) =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

test("is SHA-256 over each text behind its length in four bytes", async () => {
  const input = Uint8Array.of(0, 0, 0, 3, 0x6b, 0x65, 0x79, 0, 0, 0, 2, 0xc3, 0xa9);
  const expected = await crypto.subtle.digest("SHA-256", input);
  expect(hexOf(await replayDigest("key", "é"))).toBe(hexOf(new Uint8Array(expected)));
});

test("two pairs share a digest only if they are one pair, wherever the border is drawn", async () => {
  const text = fc.string({ maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(text, text, text, text, async (jkt, jti, otherJkt, otherJti) => {
      const one = hexOf(await replayDigest(jkt, jti));
      const same = jkt === otherJkt && jti === otherJti;
      expect(hexOf(await replayDigest(otherJkt, otherJti)) === one).toBe(same);
      const joined = `${jkt}${jti}`;
      for (let border = 0; border <= joined.length; border += 1) {
        const moved = hexOf(await replayDigest(joined.slice(0, border), joined.slice(border)));
        expect(moved === one).toBe(border === jkt.length);
      }
    }),
  );
});
