import { expect, test } from "vitest";
import { siphash } from "../../../src/event/siphash.ts";

const key = new Uint32Array(Uint8Array.from({ length: 16 }, (_, index) => index).buffer);

// The reference implementation's vectors: key 00..0f, input 00, 01, ... of that length.
test.each([
  [0, "726fdb47dd0e0e31"],
  [1, "74f839c593dc67fd"],
  [7, "ab0200f58b01d137"],
  [8, "93f5f5799a932462"],
  [15, "a129ca6149be45e5"],
])("SipHash-2-4 of %i bytes", (length, hash) => {
  const [low = 0, high = 0] = siphash(
    key,
    Uint8Array.from({ length }, (_, index) => index),
  );
  const hex = (word: number) => word.toString(16).padStart(8, "0");
  expect(hex(high) + hex(low)).toBe(hash);
});
