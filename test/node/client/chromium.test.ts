import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browserIsMissing, openSite, type Site } from "./chromium-world.ts";

// The client in a real browser, on another origin than the API.
const source = `
  import { createDpopClient } from "./src/client/index.ts";
  import { indexedDbKeyStore, tabNonces } from "./adapters/browser/index.ts";

  const exchanges = [];
  const nonces = tabNonces();
  const client = createDpopClient({
    keyStore: indexedDbKeyStore(),
    nonces,
    origins: [EDGE],
    token: async () => (await fetch("/token?jkt=" + (await client.key()).thumbprint)).text(),
    watch: ({ status, again }) => exchanges.push(again ?? status),
  });
  const codeOf = (promise) => promise.then(({ status }) => status, (error) => error.code ?? String(error));
  Object.assign(globalThis, {
    thumbprint: async () => (await client.key()).thumbprint,
    extract: async () => crypto.subtle.exportKey("jwk", (await client.key()).privateKey).catch(({ name }) => name),
    nonce: () => nonces.get(EDGE),
    async call(n, path = "/api/x") {
      exchanges.length = 0;
      const calls = Array.from({ length: n }, () => codeOf(client.fetch(EDGE + path)));
      return { results: await Promise.all(calls), exchanges: [...exchanges] };
    },
  });`;

describe.skipIf(browserIsMissing)("in Chromium", () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(source);
  });
  afterAll(() => site?.stop());

  test("one challenge for five calls at once, then none, in this tab and in the next", async () => {
    const first = await site.open();
    expect(await first.evaluate("call(5)")).toEqual({
      results: [200, 200, 200, 200, 200],
      exchanges: ["nonce", 200, 200, 200, 200, 200],
    });
    const second = await site.open();
    await second.waitForFunction("nonce() !== undefined");
    expect(await second.evaluate("call(1)")).toEqual({ results: [200], exchanges: [200] });
  });

  test("one key for all tabs and loads, which no script can read", async () => {
    const tabs = await Promise.all([site.open(), site.open()]);
    const keys = await Promise.all(tabs.map((tab) => tab.evaluate("thumbprint()")));
    await tabs[0].reload();
    keys.push(await tabs[0].evaluate("thumbprint()"));
    expect(keys[0]).toMatch(/^[\w-]{43}$/);
    expect(new Set(keys).size).toBe(1);
    expect(await tabs[0].evaluate("extract()")).toBe("InvalidAccessError");
  });

  test("a redirect, which a browser hides, is said to be one", async () => {
    const page = await site.open();
    expect(await page.evaluate('call(1, "/api/old")')).toMatchObject({
      results: ["redirect.hidden"],
    });
  });
});
