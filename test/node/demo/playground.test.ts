import { readFile } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attacks } from "../../../demo/attacks.ts";
import type { Playground } from "../../../demo/playground.ts";
import { listen } from "../../../demo/server.ts";
import { createStops } from "../../../demo/stops.ts";
import { send } from "../../../demo/wire.ts";
import { cli, root } from "../cli/run-cli.ts";
import { browserIsMissing } from "../client/chromium-world.ts";
import {
  isReady,
  press,
  rowOf,
  says,
  startBrowser,
  startPlayground,
  textOf,
} from "./playground-world.ts";

const stops = createStops();
let playground: Playground;
beforeAll(async () => {
  playground = await startPlayground(stops);
});
afterAll(() => stops.all());

describe("the playground's server", () => {
  const { origin, host } = { origin: () => new URL(playground.url).origin, host: "evil.example" };

  test("lets no inline script and no other host into its page", async () => {
    const { headers, body } = await send(playground.url);
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(body).not.toMatch(/<script(?! type="module" src="\/page\.js"><\/script>)|<style|style=/);
    expect(body).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
  });

  test.each([
    ["another name for our address", "GET", "/setting", { host }],
    ["another site's page", "POST", "/attacks?name=two%20proofs", { origin: `http://${host}` }],
    ["nobody's page", "POST", "/nonces", {}],
  ])("refuses %s", async (_name, method, path, headers) => {
    expect(await send(`${origin()}${path}`, { method, headers })).toMatchObject({ status: 403 });
  });

  test("knows only its own attacks", async () => {
    const headers = { origin: origin() };
    const unknown = await send(`${origin()}/attacks?name=nothing`, { method: "POST", headers });
    expect(unknown.status).toBe(404);
  });

  test("a path that no URL can have is nothing, and the page goes on", async () => {
    expect(await send(`${origin()}//`, {})).toMatchObject({ status: 404 });
    expect(await send(`${origin()}/`, {})).toMatchObject({ status: 200 });
  });
});

test("its pictures are small enough for a README", async () => {
  const readme = await readFile(`${root}README.md`, "utf8");
  for (const name of ["docs/playground-light.png", "docs/playground-dark.png"]) {
    expect(readme).toContain(name);
    const picture = await readFile(`${root}${name}`);
    expect(picture.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect(picture.length).toBeLessThan(200_000);
  }
});

test("dpop-edge demo is the demo", async () => {
  const { code, stdout } = await cli(["demo", "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("dpop-edge demo --page");
  expect(await cli(["demo", "--pge"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--page"),
  });
});

describe.skipIf(browserIsMissing)("the playground in Chromium", () => {
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];
  const wire: string[] = [];

  beforeAll(async () => {
    context = await startBrowser(stops);
    page = await open();
  });

  async function open(): Promise<Page> {
    const tab = await context.newPage();
    tab.on("pageerror", ({ message }) => complaints.push(message));
    tab.on("console", (message) => {
      // A refusal is no complaint: the browser notes each as a failed load.
      if (message.type() === "error" && !/^Failed to load resource/.test(message.text()))
        complaints.push(message.text());
    });
    tab.on("response", (response) => {
      const { method, url } = { method: response.request().method(), url: response.url() };
      if (method === "GET" && url === playground.stage.resource) wire.push(`${response.status()}`);
    });
    await tab.goto(playground.url);
    await isReady(tab);
    return tab;
  }

  const claim = (name: string) =>
    page.locator(".claims tr", { has: page.getByRole("rowheader", { name, exact: true }) });

  test("a login: code and PKCE, the issuer's nonce, a token bound to the key", async () => {
    expect(await page.getByRole("button", { name: "Call the API" }).isDisabled()).toBe(true);
    await press(page, "Log in");
    await says(page, "Logged in.");
    expect(new URL(page.url()).search).toBe("");
    expect(await page.locator(".step").count()).toBe(3);
    expect(await page.locator(".step").nth(1).textContent()).toContain("use_dpop_nonce");
    const thumbprint = (await page.locator("#key code").textContent()) ?? "";
    expect(thumbprint).toMatch(/^[\w-]{43}$/);
    expect(await textOf(page, "key")).toContain("not extractable");
    await page.locator(".step").first().click();
    const asked = page.locator("#inspected");
    expect(await asked.textContent()).toContain(thumbprint);
    expect(await asked.textContent()).toContain("S256");
    await page.locator(".step").last().click();
    expect(await asked.textContent()).toContain(`cnfjkt ${thumbprint}`);
  });

  test("a call: challenge, retry, every claim and what it is bound to, upstream, event", async () => {
    await press(page, "Call the API");
    await says(page, "GET /api/orders: 200.");
    expect(wire.splice(0)).toEqual(["401", "200"]);
    const inspected = page.locator("#inspected");
    await inspected.getByText("decision event").waitFor();
    for (const name of ["typ", "alg", "jwk", "htm", "htu", "iat", "jti", "ath", "nonce"]) {
      expect(await claim(name).getAttribute("class")).toBe("holds");
    }
    expect(await claim("htu").textContent()).toContain(playground.stage.resource);
    const text = await inspected.textContent();
    expect(text).toContain("What the upstream received");
    expect(text).toMatch(/subalice/);
    expect(text).toMatch(/outcomeallow/);
    await page.locator(".step.challenged").last().click();
    await inspected.getByText("nonce.missing").first().waitFor();
    expect(await claim("nonce").getAttribute("class")).toBe("fails");
    expect(await inspected.textContent()).toMatch(/DPoP-Nonce\S{20}/);
  });

  test("loaded again: the same key, and the nonce is still known", async () => {
    const key = await textOf(page, "key");
    await page.reload();
    await isReady(page);
    expect(await textOf(page, "key")).toBe(key);
    await press(page, "Call the API");
    await says(page, "GET /api/orders: 200.");
    expect(wire.splice(0)).toEqual(["200"]);
  });

  test("another tab: the same key, token and nonce, so no challenge for five calls", async () => {
    const other = await open();
    expect(await textOf(other, "key")).toBe(await textOf(page, "key"));
    expect(await textOf(other, "nonce")).toBe(await textOf(page, "nonce"));
    await press(other, "5 calls at once");
    await says(other, "GET /api/orders: 200, 200, 200, 200, 200.");
    expect(wire.splice(0)).toEqual(Array(5).fill("200"));
    await other.close();
  });

  test.each(attacks)("$name is caught, and the page says by whom", async (attack) => {
    const row = rowOf(page, attack.name);
    await row.getByRole("button").click();
    await row.locator(".result code").waitFor();
    expect(await row.getAttribute("class")).toBe("caught");
    const text = await row.textContent();
    expect(text).toContain(attack.expected.code);
    const beyondTheEdge = attack.name.startsWith("upstream");
    expect(text).toContain(beyondTheEdge ? "upstream: its token" : "edge: ");
    expect(text?.includes("by the demo's server")).toBe(attack.beyondBrowsers !== undefined);
    const drawn = page.locator(".step", { hasText: attack.name });
    expect(await drawn.textContent()).toContain(attack.expected.code);
    expect(await drawn.locator(".browser-upstream").count()).toBe(beyondTheEdge ? 1 : 0);
    await press(page, "Show the whole request");
    await page.locator("#inspected").getByText(attack.name, { exact: true }).waitFor();
  });

  test("a page of another origin can neither call nor read", async () => {
    const elsewhere = await stops.add(
      await listen(() => (_request, response) => {
        response.writeHead(200, { "content-type": "text/html" }).end("<p>elsewhere</p>");
      }),
    );
    const tab = await context.newPage();
    await tab.goto(elsewhere.url);
    const call = (headers: object) =>
      tab.evaluate(
        ([url, sent]) =>
          fetch(String(url), { headers: JSON.parse(String(sent)) }).then(
            ({ status }) => status,
            ({ name }) => name,
          ),
        [playground.stage.resource, JSON.stringify(headers)],
      );
    expect(await call({ authorization: "DPoP any", dpop: "any" })).toBe("TypeError");
    expect(await call({})).toBe("TypeError");
    await tab.close();
  });

  test("starting over leaves neither key nor token", async () => {
    const key = await textOf(page, "key");
    await press(page, "Start over");
    await expect.poll(() => textOf(page, "token")).toContain("none yet");
    expect(await textOf(page, "key")).not.toBe(key);
  });

  test("the browser had nothing to complain about", () => {
    // The page elsewhere is meant to be stopped by the browser, and has no listeners here.
    expect(complaints).toEqual([]);
  });
});
