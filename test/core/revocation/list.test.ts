import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mostRevocations } from "../../../src/revocation/entry.ts";
import type { RevocationAnswer } from "../../../src/runtime.ts";
import { begin, down, id, never, start, whole } from "./list-world.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("how often the list is asked for", () => {
  test("once for all who come at once to a cold isolate", async () => {
    const { lists, asked } = begin();
    const held = await Promise.all(Array.from({ length: 100 }, () => lists.current()));
    expect(asked).toEqual([undefined]);
    expect(new Set(held).size).toBe(1);
    expect(held[0]?.until.get(id)).toBe(start / 1000 + 60);
  });

  test("again once half of what it may live is over, beside the traffic, which waits for nothing", async () => {
    const world = begin();
    const { lists, asked, clock } = world;
    const first = await lists.current();
    clock.now += 4999;
    expect(await lists.current()).toBe(first);
    expect(asked).toHaveLength(1);
    world.answer = never;
    clock.now += 1;
    for (let each = 0; each < 50; each += 1) expect(await lists.current()).toBe(first);
    expect(asked).toEqual([undefined, "1"]);
    expect(world.outlived).toHaveLength(2);
  });

  test("a list that is as it was need not come again, and is young again", async () => {
    const world = begin();
    await world.current();
    world.answer = async () => ({ version: "1" });
    for (let round = 0; round < 4; round += 1) {
      world.clock.now += 9000;
      await world.current();
      await world.pass(0);
      expect(await world.current()).toMatchObject({
        version: "1",
        until: new Map([[id, start / 1000 + 60]]),
      });
    }
  });

  test("a version that nobody here has is no list", async () => {
    const world = begin();
    world.answer = async () => ({ version: "2" });
    expect(await world.current()).toContain("without its list");
  });

  test("nothing that is older than the bound is used, and who then comes waits for a new one", async () => {
    const world = begin();
    await world.current();
    world.clock.now += 10_000;
    world.answer = async () => whole("2");
    expect(await world.current()).toMatchObject({ version: "2" });
  });

  test("a change through this isolate is seen by it at once", async () => {
    const world = begin();
    await world.current();
    world.answer = async () => whole("2");
    world.lists.forget();
    expect(await world.current()).toMatchObject({ version: "2" });
    expect(world.asked).toEqual([undefined, undefined]);
  });

  test("who waits for an answer that a change has overtaken gets the one after", async () => {
    const world = begin();
    const { promise, resolve } = Promise.withResolvers<RevocationAnswer>();
    world.answer = () => promise;
    const waiting = world.current();
    world.lists.forget();
    world.answer = async () => whole("2");
    resolve(whole("1"));
    expect(await waiting).toMatchObject({ version: "2" });
  });
});

describe("time", () => {
  test("an answer that was slow or frozen is as old as its question", async () => {
    const world = begin();
    await world.current();
    const { promise, resolve } = Promise.withResolvers<RevocationAnswer>();
    world.answer = () => promise;
    await world.pass(5000);
    await world.current();
    // The process was frozen, and its answer with it.
    world.clock.now += 60_000;
    resolve(whole("2"));
    await world.pass(0);
    world.answer = async () => whole("3");
    expect(await world.current()).toMatchObject({ version: "3" });
  });

  test("a failure that was frozen refuses nobody: its question was long ago", async () => {
    const world = begin();
    await world.current();
    const { promise, reject } = Promise.withResolvers<RevocationAnswer>();
    world.answer = () => promise;
    await world.pass(5000);
    await world.current();
    world.clock.now += 60_000;
    reject(new Error("the connection was frozen"));
    await world.pass(0);
    world.answer = async () => whole("3");
    expect(await world.current()).toMatchObject({ version: "3" });
  });

  test("a clock that fell back makes no list young: it is asked for", async () => {
    const world = begin();
    await world.current();
    world.answer = async () => whole("2");
    world.clock.now -= 3_600_000;
    expect(await world.current()).toMatchObject({ version: "2" });
    world.answer = down;
    world.clock.now -= 3_600_000;
    expect(await world.current()).toBe("revocation.unavailable: Error: down");
  });
});

describe("what comes", () => {
  test("a list that is longer than can be held is none: cut short, it would let pass", async () => {
    const world = begin();
    const entries = Array.from({ length: mostRevocations + 1 }, (_, number) => ({
      id: `jti.event.${number.toString(16).padStart(16, "0")}`,
      until: start,
    }));
    world.answer = async () => ({ version: "1", entries });
    expect(await world.current()).toContain("10001 entries");
    world.answer = async () => ({ version: "1", entries: entries.slice(1) });
    await world.pass(1000);
    expect(await world.current()).toMatchObject({ version: "1" });
  });

  test("an entry whose id is none is counted: it would match nobody", async () => {
    const world = begin();
    const odd = [
      "",
      "jkt",
      "jkt.sha256.short",
      "client.event.0123456789abcdef",
      `${id} `,
      "__proto__",
    ];
    world.answer = async () => ({
      version: "1",
      entries: [...odd.map((each) => ({ id: each, until: start })), ...(whole().entries ?? [])],
    });
    expect(await world.current()).toMatchObject({
      strange: odd.length,
      forms: new Set(["jkt.sha256."]),
    });
  });
});
