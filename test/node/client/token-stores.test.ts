import "fake-indexeddb/auto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { indexedDbTokenStore } from "../../../adapters/browser/token-store.ts";
import { fileTokenStore } from "../../../adapters/node/index.ts";
import { type Grant, memoryTokenStore, type TokenStore } from "../../../src/client/index.ts";

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-grants-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "below", "grants.json");
const grant = (name: string): Grant => ({
  resource: name,
  issuer: "https://idp.example",
  access_token: name,
  token_type: "DPoP",
});

describe.each<[string, () => TokenStore]>([
  ["in memory", memoryTokenStore],
  ["in a file", () => fileTokenStore({ path })],
  ["in IndexedDB", () => indexedDbTokenStore()],
])("grants %s", (_, create) => {
  test("each server has its own, also where many are written at once", async () => {
    const store = create();
    expect(await store.read("a")).toBeUndefined();
    const names = Array.from({ length: 10 }, (_unused, index) => `server-${index}`);
    await Promise.all(names.map((name) => store.write(name, grant(name))));
    expect(await Promise.all(names.map((name) => store.read(name)))).toEqual(names.map(grant));
    await store.write("server-1", undefined);
    expect(await store.read("server-1")).toBeUndefined();
    expect(await store.read("server-2")).toEqual(grant("server-2"));
  });
});

test("only its owner reads the file", () => {
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

describe("a file of grants", () => {
  const written = (text: string) => {
    writeFileSync(join(folder, "spoiled.json"), text);
    return fileTokenStore({ path: join(folder, "spoiled.json") });
  };

  test.each(["null", "[]", "no JSON", '"text"', ""])("%s is not written over", async (text) => {
    const store = written(text);
    await expect(store.read("a")).rejects.toThrow("spoiled.json is there and holds no grants");
    await expect(store.write("a", grant("a"))).rejects.toThrow("holds no grants");
    expect(readFileSync(join(folder, "spoiled.json"), "utf8")).toBe(text);
  });

  test("what is no grant in it is none, and no member of every object is", async () => {
    const store = written(JSON.stringify({ a: { access_token: 5 }, b: grant("b") }));
    expect(await store.read("a")).toBeUndefined();
    expect(await store.read("constructor")).toBeUndefined();
    expect(await store.read("b")).toEqual(grant("b"));
  });
});
