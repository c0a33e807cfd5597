import fc from "fast-check";
import { expect, test } from "vitest";
import { ClaimMemory } from "../../../src/replay/claim-memory.ts";
import { DigestSet } from "../../../src/replay/digest-set.ts";

const multipliers = () => crypto.getRandomValues(new Uint32Array(2));
const digestOf = (number: number) => {
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  view.setUint32(0, Math.imul(number, 0x9e3779b1));
  view.setUint32(4, number);
  return digest;
};

test("agrees with a Set, through every growth, whatever the bytes", () => {
  // Few values a word, so that slots meet and words are zero.
  const word = fc.constantFrom(0, 1, 2, 0xffffffff);
  const digest = fc.tuple(word, word, word, word).map((words) => {
    const bytes = new Uint8Array(32);
    for (const [index, value] of words.entries())
      new DataView(bytes.buffer).setUint32(index * 4, value, true);
    return bytes;
  });
  fc.assert(
    fc.property(fc.array(digest, { maxLength: 200 }), (digests) => {
      const set = new DigestSet(multipliers());
      const model = new Set<string>();
      // A first word of 0 is kept as 1.
      const name = (bytes: Uint8Array) => {
        const [first = 0, ...rest] = new Uint32Array(bytes.slice(0, 16).buffer);
        return [first || 1, ...rest].join();
      };
      for (const each of digests) {
        expect(set.has(each)).toBe(model.has(name(each)));
        set.add(each);
        model.add(name(each));
        expect(set.has(each)).toBe(true);
        expect(set.size).toBe(model.size);
      }
    }),
  );
});

test("digests whose last bits are chosen alike do not pile up", () => {
  const set = new DigestSet(multipliers());
  for (let number = 0; number < 20_000; number += 1) {
    const digest = new Uint8Array(32);
    new DataView(digest.buffer).setUint32(4, number);
    set.add(digest);
  }
  expect(set.size).toBe(20_000);
  expect(set.has(digestOf(1))).toBe(false);
});

test("a million proofs take less than 80 MB, in one bucket or in many", () => {
  for (const spread of [1, 190]) {
    const memory = new ClaimMemory(crypto.getRandomValues(new Uint8Array(8)));
    for (let number = 0; number < 1_000_000; number += 1)
      memory.add(digestOf(number), 2_000_000_000 + (number % spread));
    expect(memory.size).toBe(1_000_000);
    // While a bucket doubles, half of it is there twice.
    expect(memory.bytes * 1.5).toBeLessThan(80e6);
    expect(memory.has(digestOf(999_999))).toBe(true);
    expect(memory.has(digestOf(1_000_001))).toBe(false);
  }
});

test("a bucket is forgotten once the floor has reached its last second", () => {
  const memory = new ClaimMemory(crypto.getRandomValues(new Uint8Array(8)));
  memory.add(digestOf(1), 60);
  memory.add(digestOf(2), 119);
  memory.add(digestOf(3), 120);
  memory.forget(118);
  expect([1, 2, 3].map((number) => memory.has(digestOf(number)))).toEqual([true, true, true]);
  memory.forget(119);
  expect([1, 2, 3].map((number) => memory.has(digestOf(number)))).toEqual([false, false, true]);
  expect(memory.size).toBe(1);
});
