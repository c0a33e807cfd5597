import fc from "fast-check";
import { expect, test } from "vitest";
import { BoundedMap } from "../../src/bounded-map.ts";

test("forgets the least recently used entry past its bound", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.get("a");
  map.set("c", 3);
  expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([1, undefined, 3, 2]);
});

test("never holds more than its bound, and keeps what was among the last half of what was asked for", () => {
  const bound = 8;
  const keys = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 });
  fc.assert(
    fc.property(keys, (asked) => {
      const map = new BoundedMap<number, number>(bound);
      const known: number[] = [];
      for (const key of asked) {
        const recent = [...new Set(known.toReversed())].slice(0, bound / 2);
        const found = map.get(key);
        if (recent.includes(key)) expect(found).toBe(key);
        if (found === undefined) map.set(key, key);
        known.push(key);
        expect(map.size).toBeLessThanOrEqual(bound);
      }
    }),
  );
});
