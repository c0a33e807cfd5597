import fc from "fast-check";
import { expect, test } from "vitest";
import { isoTime } from "../../../src/event/time.ts";

test("a time is written as Date writes it, whatever was written before", () => {
  const times = fc.array(fc.integer({ min: 0, max: 4_102_444_800_000 }), { minLength: 1 });
  fc.assert(
    fc.property(times, (all) => {
      for (const each of all) {
        for (const near of [each, each + 1, each + 999])
          expect(isoTime(near)).toBe(new Date(near).toISOString());
      }
    }),
  );
});
