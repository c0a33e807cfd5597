import "fake-indexeddb/auto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { indexedDbTokenStore } from "../../../adapters/browser/token-store.ts";
import { fileTokenStore } from "../../../adapters/node/index.ts";
import {
  createOAuthClient,
  type Grant,
  memoryTokenStore,
  type TokenStore,
} from "../../../src/client/index.ts";

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

describe("programs that share a store", () => {
  const server = "https://mcp.example/mcp";
  const issuer = "https://idp.example";

  /** A program with stores of its own; what it spends at the issuer goes to `spent`. */
  const program = (tokenStore: TokenStore, spent: (string | null)[]) =>
    createOAuthClient({
      client: { id: "agent" },
      tokenStore,
      fetch: async (url, init) => {
        if (url === server) {
          const given = new Headers(init.headers).has("Authorization");
          return Response.json({}, { status: given ? 200 : 401 });
        }
        if (url === `${issuer}/token`) {
          spent.push(new URLSearchParams(String(init.body)).get("refresh_token"));
          const rotated = { access_token: "fresh", refresh_token: "r2", expires_in: 600 };
          return Response.json({ token_type: "DPoP", ...rotated });
        }
        return url.includes("oauth-protected-resource")
          ? Response.json({ resource: server, authorization_servers: [issuer] })
          : Response.json({ issuer, token_endpoint: `${issuer}/token` });
      },
    });

  test.each<[string, () => TokenStore]>([
    ["a file", () => fileTokenStore({ path })],
    ["IndexedDB", () => indexedDbTokenStore()],
  ])("in %s: they spend a refresh token once", async (_, create) => {
    const ended = { ...grant("old"), expires_at: 1, refresh_token: "r1", client: { id: "agent" } };
    await create().write(server, { ...ended, resource: server });
    const spent: (string | null)[] = [];
    const programs = [create(), create(), create()].map((store) => program(store, spent));
    await Promise.all(programs.map((each) => each.fetch(server)));
    expect(spent).toEqual(["r1"]);
  });

  test.each<[string, () => TokenStore]>([
    ["a file", () => fileTokenStore({ path })],
    ["IndexedDB", () => indexedDbTokenStore()],
  ])("in %s: the first one logs in, for all", async (_, create) => {
    await create().write(server, undefined);
    const asked: (string | null)[] = [];
    const programs = [create(), create(), create()].map((store) => program(store, asked));
    const answers = await Promise.all(programs.map((each) => each.fetch(server)));
    expect([asked, answers.map(({ status }) => status)]).toEqual([[null], [200, 200, 200]]);
  });

  test.each<[string, () => TokenStore]>([
    ["a file", () => fileTokenStore({ path })],
    ["IndexedDB", () => indexedDbTokenStore()],
  ])("in %s: nobody waits for another server's grant", async (_, create) => {
    const [one, other] = [create(), create()];
    const inside = one.alone?.("a", async () => other.alone?.("b", async () => "both"));
    expect(await inside).toBe("both");
  });

  test("in a file: no grant of one is lost to another", async () => {
    const names = Array.from({ length: 10 }, (_, index) => `program-${index}`);
    await Promise.all(names.map((name) => fileTokenStore({ path }).write(name, grant(name))));
    const store = fileTokenStore({ path });
    expect(await Promise.all(names.map((name) => store.read(name)))).toEqual(names.map(grant));
  });
});
