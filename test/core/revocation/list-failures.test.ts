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

  test("holds nobody up where it passes without a list", async () => {
    const world = begin("pass");
    world.answer = down;
    expect(await world.current()).toContain("revocation.unavailable");
    world.answer = never;
    await world.pass(1000);
    // No timer is turned here: it does not wait.
    expect(await world.current()).toContain("revocation.unavailable");
    expect(world.asked).toHaveLength(2);
    // But a failure of long ago says nothing of now.
    await world.pass(20_000);
    world.answer = async () => whole("2");
    expect(await world.current()).toMatchObject({ version: "2" });
  });
});
