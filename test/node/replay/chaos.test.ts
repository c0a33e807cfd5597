import { expect, test } from "vitest";
import { chaos, summary } from "../../../bench/chaos.ts";

test("kill -9 in mid-load: no proof is accepted twice, and every client is served", async () => {
  const result = await chaos({ proofs: 1500, between: 2000 });
  expect(result, summary(result)).toMatchObject({ acceptedTwice: 0, givenUp: 0 });
  expect(result.served).toBe(result.calls);
  expect(result.kills).toBeGreaterThan(1);
  expect(result.sent).toBeGreaterThanOrEqual(2 * result.proofs);
  expect(result.challenges).toBeGreaterThan(0);
}, 60_000);
