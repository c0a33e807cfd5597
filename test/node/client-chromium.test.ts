import { existsSync } from "node:fs";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Edge,
  type Issuer,
  type Loopback,
  listen,
  proven,
  startEdge,
  startIssuer,
} from "./dev-world.ts";

// The client in a real browser, on another origin than the API.
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const missing = !existsSync(executablePath);
if (missing) {
  console.warn(
    `\nSKIPPED: no browser at ${executablePath}; install chromium, or name it in CHROMIUM.\n`,
  );
}

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

describe.skipIf(missing)("in Chromium", () => {
  let issuer: Issuer;
  let service: Loopback;
  let site: Loopback;
  let edge: Edge;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    issuer = await startIssuer();
    service = await listen((request, response) => {
      if (request.url === "/api/old") response.writeHead(307, { Location: "/api/new" });
      response.end("ok");
    });
    let script = "";
    site = await listen((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://site");
      if (pathname === "/token") {
        void issuer.accessToken(searchParams.get("jkt") ?? "").then((token) => response.end(token));
        return;
      }
      response.setHeader("Content-Type", pathname === "/page.js" ? "text/javascript" : "text/html");
      response.end(
        pathname === "/page.js" ? script : '<script type="module" src="/page.js"></script>',
      );
    });
    const cors = {
      allowedOrigins: [site.url],
      allowedMethods: ["GET", "POST"],
      allowedHeaders: ["Authorization", "DPoP"],
      exposedHeaders: [],
      allowCredentials: false,
    };
    edge = await startEdge(proven(service.host, issuer.jwks, {}, { cors }));
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: new URL("../..", import.meta.url).pathname },
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      define: { EDGE: JSON.stringify(edge.url) },
    });
    script = outputFiles[0]?.text ?? "";
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    context = await browser.newContext();
  });
  afterAll(async () => {
    await browser?.close();
    await edge?.stop();
    await site?.stop();
    await service?.stop();
    await issuer?.stop();
  });

  async function open(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(site.url);
    await page.waitForFunction(() => "call" in globalThis);
    return page;
  }

  test("one challenge for five calls at once, then none, in this tab and in the next", async () => {
    const first = await open();
    expect(await first.evaluate("call(5)")).toEqual({
      results: [200, 200, 200, 200, 200],
      exchanges: ["nonce", 200, 200, 200, 200, 200],
    });
    const second = await open();
    await second.waitForFunction("nonce() !== undefined");
    expect(await second.evaluate("call(1)")).toEqual({ results: [200], exchanges: [200] });
  });

  test("one key for all tabs and loads, which no script can read", async () => {
    const tabs = await Promise.all([open(), open()]);
    const keys = await Promise.all(tabs.map((tab) => tab.evaluate("thumbprint()")));
    await tabs[0].reload();
    keys.push(await tabs[0].evaluate("thumbprint()"));
    expect(keys[0]).toMatch(/^[\w-]{43}$/);
    expect(new Set(keys).size).toBe(1);
    expect(await tabs[0].evaluate("extract()")).toBe("InvalidAccessError");
  });

  test("a redirect, which a browser hides, is said to be one", async () => {
    const page = await open();
    expect(await page.evaluate('call(1, "/api/old")')).toMatchObject({
      results: ["redirect.hidden"],
    });
  });
});
