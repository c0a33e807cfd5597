import { existsSync } from "node:fs";
import { build } from "esbuild";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { createStops } from "../../../demo/stops.ts";
import { listen } from "../../../testing/loopback.ts";
import { proven, startEdge, startIssuer } from "../dev/world.ts";

export const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Says so aloud. */
export const browserIsMissing = !existsSync(executablePath);
if (browserIsMissing) {
  console.warn(
    `\nSKIPPED: no browser at ${executablePath}; install chromium, or name it in CHROMIUM.\n`,
  );
}

export interface Site {
  /** A tab of the one browser, the page's script having run. */
  open(): Promise<Page>;
  stop(): Promise<void>;
}

/**
 * A page with this script in Chromium, and the Worker on another origin (`EDGE` in the script).
 * The page's server gives a token for the key that it is told: `/token?jkt=`.
 */
export async function openSite(script: string): Promise<Site> {
  const stops = createStops();
  try {
    const issuer = await stops.add(await startIssuer());
    const service = await stops.add(
      await listen((request, response) => {
        if (request.url === "/api/old") response.writeHead(307, { Location: "/api/new" });
        response.end("ok");
      }),
    );
    let bundled = "";
    const site = await stops.add(
      await listen(async (request, response) => {
        const { pathname, searchParams } = new URL(request.url ?? "/", "http://site");
        if (pathname === "/token") {
          return void response.end(await issuer.accessToken(searchParams.get("jkt") ?? ""));
        }
        const isScript = pathname === "/page.js";
        response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
        response.end(isScript ? bundled : '<script type="module" src="/page.js"></script>');
      }),
    );
    const cors = {
      allowedOrigins: [site.url],
      allowedMethods: ["GET", "POST"],
      allowedHeaders: ["Authorization", "DPoP"],
      exposedHeaders: [],
      allowCredentials: false,
    };
    const edge = await stops.add(await startEdge(proven(service.host, issuer.jwks, {}, { cors })));
    bundled = await bundle(script, edge.url);
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    await stops.add({ stop: () => browser.close() });
    const context = await browser.newContext();
    return { open: () => open(context, site.url), stop: () => stops.all() };
  } catch (error) {
    await stops.all();
    throw error;
  }
}

async function bundle(contents: string, edge: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: new URL("../../..", import.meta.url).pathname },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    define: { EDGE: JSON.stringify(edge) },
  });
  return outputFiles[0]?.text ?? "";
}

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => "call" in globalThis);
  return page;
}
