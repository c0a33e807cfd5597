import { evictDurableObject, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { RevocationList } from "../../adapters/cloudflare/revocation-list.ts";
import { createDurableRevocations } from "../../adapters/cloudflare/revocations-durable.ts";
import { createRuntime } from "../../adapters/cloudflare/runtime.ts";
import { revocationId } from "../../src/revocation/entry.ts";
import { revocationContract } from "../core/revocation/store-contract.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      readonly REVOCATIONS: DurableObjectNamespace<RevocationList>;
    }
  }
}

afterEach(() => void vi.restoreAllMocks());

const list = () => env.REVOCATIONS.get(env.REVOCATIONS.idFromName("list"));
const store = createDurableRevocations(env.REVOCATIONS);
const setNow = (seconds: number) => void vi.spyOn(Date, "now").mockReturnValue(seconds * 1000);
const until = 4_000_000_000;
const id = await revocationId("jkt", "a");

revocationContract("Durable Object", async () => {
  await reset();
  const restart = () => evictDurableObject(list());
  return { store, change: store.change, setNow, restart };
});

test("a list that was set back has a version that nobody knows", async () => {
  await reset();
  const versions = new Set<string>();
  for (const _ of [1, 2]) {
    await store.change({ revoke: [{ id, until }], lift: [] });
    versions.add((await store.read()).version);
    await reset();
  }
  expect(versions.size).toBe(2);
});

const invalid: ReadonlyArray<readonly [string, unknown]> = [
  ["nothing", {}],
  ["an id that is none", { revoke: [{ id: "x'); DROP TABLE revocations; --", until }], lift: [] }],
  ["an id that is no text", { revoke: [{ id: 7, until }], lift: [] }],
  ["an end with a fraction", { revoke: [{ id, until: 1.5 }], lift: [] }],
  ["an end that is text", { revoke: [{ id, until: `${until}` }], lift: [] }],
  ["no end", { revoke: [{ id, until: Number.POSITIVE_INFINITY }], lift: [] }],
  ["an entry that is none", { revoke: [null], lift: [] }],
  ["what is lifted and no id", { revoke: [], lift: ["%"] }],
];

test.each(invalid)("refuses %s and goes on unharmed", async (_, change) => {
  await reset();
  await runInDurableObject(list(), (instance: RevocationList) => {
    expect(() => Reflect.apply(instance.change, instance, [change])).toThrow(TypeError);
    expect(instance.change({ revoke: [{ id, until }], lift: [] })).toBe("changed");
    expect(instance.read().entries).toEqual([{ id, until }]);
  });
});

const replay = { mode: "durable", shards: 4, regions: "off", window: 130 } as const;
const revocation = { staleness: 10, onFailure: "pass" } as const;

test("a Worker whose documents have a list and that has no binding does not begin, whatever on_failure says", () => {
  const bindings = { REPLAY: env.REPLAY };
  expect(() => createRuntime(bindings, { replay, revocation }, "REPLAY")).toThrow(
    /REVOCATIONS.*durable_objects\.bindings.*RevocationList/,
  );
  expect(createRuntime(bindings, { replay }, "REPLAY")).not.toHaveProperty("revocations");
  const all = { ...bindings, REVOCATIONS: env.REVOCATIONS };
  expect(createRuntime(all, { replay, revocation }, "REPLAY")).toHaveProperty("revocations");
});
