import { fileURLToPath } from "node:url";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { compiled, documentsIn } from "../../../demo/documents.ts";
import { openPlayground, type Playground } from "../../../demo/playground.ts";
import type { Stops } from "../../../demo/stops.ts";
import { executablePath } from "../client/chromium-world.ts";

/** The playground with the shipped documents. */
export function startPlayground(stops: Stops): Promise<Playground> {
  const documents = documentsIn(fileURLToPath(new URL("../../../config", import.meta.url)));
  const configure = (environment: Record<string, string>) => compiled(documents, environment);
  return openPlayground({ configure }, stops);
}

export async function startBrowser(stops: Stops): Promise<BrowserContext> {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  await stops.add({ stop: () => browser.close() });
  return browser.newContext();
}

export const press = (tab: Page, name: string) =>
  tab.getByRole("button", { name, exact: true }).click();

export const says = (tab: Page, text: string) => tab.getByRole("status").getByText(text).waitFor();

export const textOf = (tab: Page, id: string) => tab.locator(`#${id}`).textContent();

/** Loaded, and its script is at its end. */
export const isReady = (tab: Page) => tab.locator("html[data-ready]").waitFor();

/** The row of the table of attacks. */
export const rowOf = (tab: Page, attack: string) =>
  tab.locator("#attacks tr", {
    has: tab.getByRole("rowheader", { name: attack, exact: true }),
  });
