import { expect, test } from "vitest";
import { calls, ladder, refusals } from "../../bench/ladder.ts";
import { justHere, measure } from "../../bench/measure.ts";

test("the bench drives the real Worker in raw workerd, and every answer is the one that it should be", async () => {
  const extent = { rounds: 1, requests: 8, clients: 4, connections: 2 };
  const { edges, passThrough, alone } = await measure(justHere, extent);
  const figures = edges.get("here") ?? expect.unreachable();
  const cases = [...ladder, ...refusals, ...calls];
  expect(figures.map(({ name }) => name)).toEqual(cases.map(({ name }) => name));
  for (const { name, cpu, rate, p50, memory } of [passThrough, ...figures])
    for (const figure of [cpu, rate, p50, memory]) expect(figure, name).toBeGreaterThan(0);
  expect([...alone.keys()]).toEqual(["pass-through Worker", "here"]);
}, 60_000);
