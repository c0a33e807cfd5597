import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { compiled, documentsIn } from "../demo/documents.ts";
import { openPlayground } from "../demo/playground.ts";
import { createStops } from "../demo/stops.ts";
import { type Pixels, palettePng } from "./palette-png.ts";

// The playground after a login, a call and every attack: docs/playground-light.png and -dark.png.
const docs = fileURLToPath(new URL("../docs", import.meta.url));
const documents = documentsIn(fileURLToPath(new URL("../config", import.meta.url)));
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const stops = createStops();
try {
  const configure = (environment: Record<string, string>) => compiled(documents, environment);
  const { url } = await openPlayground({ configure }, stops);
  // Coloured edges of letters would need more than 256 colours.
  const args = ["--no-sandbox", "--disable-lcd-text"];
  const browser = await chromium.launch({ executablePath, args });
  await stops.add({ stop: () => browser.close() });
  for (const colorScheme of ["light", "dark"] as const) {
    const picture = await pictureOf(browser, url, colorScheme);
    await writeFile(`${docs}/playground-${colorScheme}.png`, palettePng(picture));
  }
} finally {
  await stops.all();
}

async function pictureOf(
  browser: Browser,
  url: string,
  colorScheme: "light" | "dark",
): Promise<Pixels> {
  const viewport = { width: 1280, height: 1260 };
  const context = await browser.newContext({ colorScheme, viewport, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(url);
  await play(page);
  const shot = await page.screenshot({ fullPage: true });
  const pixels = await decoded(await context.newPage(), shot);
  await context.close();
  return pixels;
}

async function play(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("Logged in.").waitFor();
  await page.getByRole("button", { name: "Call the API" }).click();
  await page.getByText("decision event").waitFor();
  await page.getByRole("button", { name: "Launch all" }).click();
  await page.getByText("18 of 18 attacks caught.").waitFor();
  await page.locator("#diagram").evaluate((diagram) => diagram.scrollTo(0, 0));
  await page.mouse.move(0, 0);
}

/** The browser knows how to read its own PNG. */
async function decoded(page: Page, png: Buffer): Promise<Pixels> {
  const source = `data:image/png;base64,${png.toString("base64")}`;
  const { width, height, text } = await page.evaluate<{
    width: number;
    height: number;
    text: string;
  }>(`(async () => {
    const picture = await createImageBitmap(await (await fetch(${JSON.stringify(source)})).blob());
    const { width, height } = picture;
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    const { data } = canvas.getImageData(0, 0, width, height);
    let text = "";
    for (let at = 0; at < data.length; at += 8192) {
      text += String.fromCharCode(...data.subarray(at, at + 8192));
    }
    return { width, height, text: btoa(text) };
  })()`);
  return { width, height, rgba: Buffer.from(text, "base64") };
}
