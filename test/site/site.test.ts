import { posix } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listen, type Running } from "../../demo/server.ts";
import { createStops } from "../../demo/stops.ts";
import { browserIsMissing, executablePath } from "../node/client/chromium-world.ts";
import { violations } from "../node/demo/playground-looks.ts";
import { buildSite, type Site } from "./built.ts";

const stops = createStops();
let site: Site;
beforeAll(async () => {
  site = await buildSite();
});
afterAll(() => stops.all());

/** One page of each kind, for axe-core, which takes its time. */
const judged = new Set(
  ["cli", "errors", "tutorial", "threat-model", "clients/browser", "runbooks/index"]
    .map((name) => `docs/${name}.html`)
    .concat("index.html", "ARCHITECTURE.html"),
);

const html = (page: string) => site.read(page).toString("utf8");

test("all pages are there", () => {
  expect(site.pages).toContain("index.html");
  expect(site.pages).toContain("docs/issuers/keycloak.html");
  expect(site.pages.length).toBeGreaterThan(50);
});

test("nothing is loaded from elsewhere", () => {
  const elsewhere = [...site.files].flatMap((path) => {
    const text = site.read(path).toString("latin1");
    if (path.endsWith(".css"))
      return text.match(/(?:url\(|@import )["']?(?:https?:)?\/\/\S{20}/g) ?? [];
    if (!path.endsWith(".html")) return [];
    return (
      text.match(
        /<(?:link|script|img|source|iframe)\b[^>]*(?:href|src|srcset)="(?:https?:)?\/\/[^"]+/g,
      ) ?? []
    );
  });
  expect(elsewhere).toEqual([]);
});

test("each link leads to a page, and to its anchor", () => {
  const broken = site.pages.flatMap((page) =>
    [...html(page).matchAll(/<a\b[^>]*\bhref="([^"]+)"/g)]
      .map(([, href = ""]) => href)
      .filter((href) => !/^[a-z]+:/.test(href) && !arrives(page, href))
      .map((href) => `${page}: ${href}`),
  );
  expect(broken).toEqual([]);
});

function arrives(page: string, href: string): boolean {
  const [path = "", anchor = ""] = href.split("#");
  const there =
    path === "" ? page : posix.join(path.startsWith("/") ? "" : posix.dirname(page), path);
  const file = there.replace(/^\//, "").replace(/(^|\/)$/, "$1index.html");
  if (!site.files.has(file)) return false;
  return anchor === "" || html(file).includes(`id="${decodeURIComponent(anchor)}"`);
}

describe.skipIf(browserIsMissing)("in Chromium", () => {
  let browser: Browser;
  let served: Running;
  beforeAll(async () => {
    served = await stops.add(await serve());
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    await stops.add({ stop: () => browser.close() });
  });

  async function open(width: number, colorScheme: "light" | "dark", complaints: string[]) {
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(served.url) && !url.startsWith("data:")) complaints.push(url);
    });
    return page;
  }

  test.each([
    [1280, "light"],
    [390, "dark"],
  ] as const)("each page at %i pixels, %s", async (width, scheme) => {
    const complaints: string[] = [];
    const page = await open(width, scheme, complaints);
    for (const path of site.pages) {
      await page.goto(`${served.url}/${path}`);
      if (await sticksOut(page)) complaints.push(`${path} is wider than the window`);
      if (!judged.has(path)) continue;
      complaints.push(...(await faults(page)).map((fault) => `${path}: ${fault}`));
    }
    expect(complaints).toEqual([]);
  });

  test("search finds a code of refusal", async () => {
    const page = await open(1280, "light", []);
    await page.goto(served.url);
    await page.keyboard.press("Control+k");
    await page.locator(".VPLocalSearchBox input").fill("proof.replayed");
    await page.locator(".VPLocalSearchBox .result").first().waitFor();
    expect(await page.locator(".VPLocalSearchBox .result").first().textContent()).toContain(
      "proof.replayed",
    );
  });

  test("the picture follows the choice of light or dark", async () => {
    const page = await open(1280, "light", []);
    await page.goto(served.url);
    expect(await page.locator(".vp-doc img:visible").getAttribute("src")).toContain("light");
    await page.getByRole("switch").first().click();
    expect(await page.locator(".vp-doc img:visible").getAttribute("src")).toContain("dark");
  });

  function sticksOut(page: Page): Promise<boolean> {
    return page.evaluate("document.documentElement.scrollWidth > innerWidth");
  }

  /** All rules for the text; the frame around it is the generator's. */
  async function faults(page: Page): Promise<string[]> {
    const all = await violations(page, "light");
    return all.filter((fault) => !fault.startsWith("label-content-name-mismatch .DocSearch"));
  }

  function serve(): Promise<Running> {
    const types: Readonly<Record<string, string>> = {
      html: "text/html",
      js: "text/javascript",
      css: "text/css",
      json: "application/json",
      png: "image/png",
      woff2: "font/woff2",
    };
    return listen(() => (request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://site");
      const path = pathname.slice(1).replace(/(^|\/)$/, "$1index.html");
      if (!site.files.has(path)) return void response.writeHead(404).end();
      const type = types[path.split(".").at(-1) ?? ""] ?? "text/plain";
      response.writeHead(200, { "content-type": type }).end(site.read(path));
    });
  }
});
