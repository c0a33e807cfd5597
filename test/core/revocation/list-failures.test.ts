import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RevocationAnswer } from "../../../src/runtime.ts";
import { begin, down, never, whole } from "./list-world.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a store that fails", () => {
  test("leaves the list in force for as long as it is young enough, then there is none", async () => {
    const world = begin();
    const first = await world.current();
    world.answer = down;
    for (let second = 1; second < 10; second += 1) {
      await world.pass(1000);
      expect(await world.current()).toBe(first);
    }
    await world.pass(1000);
    expect(await world.current()).toBe("revocation.unavailable: Error: down");
  });

  test("is asked once a second, however many come", async () => {
    const world = begin();
    world.answer = down;
    for (let moment = 0; moment < 100; moment += 1) {
      await Promise.all(Array.from({ length: 20 }, () => world.current()));
      await world.pass(100);
    }
    expect(world.asked).toHaveLength(10);
  });

  test("heals with the first request after that", async () => {
    const world = begin();
    world.answer = down;
    await world.current();
    world.answer = async () => whole();
    await world.pass(999);
    expect(await world.current()).toContain("revocation.unavailable");
    await world.pass(1);
    expect(await world.current()).toMatchObject({ version: "1" });
  });

  test("that throws at once is no different", async () => {
    const world = begin();
    world.answer = () => {
      throw new Error("not bound");
    };
    expect(await world.current()).toBe("revocation.unavailable: Error: not bound");
  });

  test("and never answers is given up after 2.5 seconds by all who wait", async () => {
    const world = begin();
    world.answer = never;
    const early = world.current();
    await world.pass(2000);
    const late = world.current();
    await world.pass(499);
    expect(world.asked).toHaveLength(1);
    await world.pass(1);
    for (const waiting of [early, late])
      expect(await waiting).toBe("revocation.unavailable: no answer within 2500 ms");
  });

  test("an answer that comes after it was given up is not taken", async () => {
    const world = begin();
    const { promise, resolve } = Promise.withResolvers<RevocationAnswer>();
    world.answer = () => promise;
    const waiting = world.current();
    await world.pass(2500);
    await waiting;
    world.answer = async () => whole("2");
    expect(await world.current()).toMatchObject({ version: "2" });
    resolve(whole("1"));
    await world.pass(0);
    expect(await world.current()).toMatchObject({ version: "2" });
  });

  test("never answers, and holds up one request in ten seconds where it passes without a list", async () => {
    const world = begin("pass");
    world.answer = never;
    const waits: number[] = [];
    for (let moment = 0; moment < 120; moment += 1) {
      const since = world.clock.now;
      let done = false;
      const waiting = world.current().then(() => {
        done = true;
      });
      while (!done) await world.pass(50);
      await waiting;
      waits.push(world.clock.now - since);
    }
    expect(waits.filter((wait) => wait > 300).length).toBeLessThanOrEqual(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2550);
    expect(world.asked.length).toBeLessThanOrEqual(25);
  });

  test("holds nobody up for long where it passes without a list", async () => {
    const world = begin("pass");
    world.answer = down;
    expect(await world.current()).toContain("revocation.unavailable");
    world.answer = never;
    await world.pass(1000);
    const waiting = world.current();
    await world.pass(250);
    expect(await waiting).toContain("revocation.unavailable");
    expect(world.asked).toHaveLength(2);
    // But a failure of long ago says nothing of now.
    await world.pass(20_000);
    world.answer = async () => whole("2");
    expect(await world.current()).toMatchObject({ version: "2" });
  });

  test.each(["refuse", "pass"] as const)(
    "heals although the process is frozen after each request, and what it asked is lost: %s",
    async (onFailure) => {
      const world = begin(onFailure);
      world.answer = down;
      await world.current();
      let thawed = 0;
      world.answer = () => {
        const asked = thawed;
        const { promise, resolve } = Promise.withResolvers<RevocationAnswer>();
        setTimeout(() => asked === thawed && resolve(whole("2")), 300);
        return promise;
      };
      let outcome: unknown;
      while (thawed < 4 && typeof outcome !== "object") {
        // The clock goes on, and nothing else.
        world.clock.now += 4000;
        thawed += 1;
        let done = false;
        const waiting = world.current().finally(() => {
          done = true;
        });
        while (!done) await world.pass(50);
        outcome = await waiting;
      }
      expect(outcome).toMatchObject({ version: "2" });
    },
  );
});
