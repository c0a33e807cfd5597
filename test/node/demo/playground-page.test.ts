import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStops } from "../../../demo/stops.ts";
import { browserIsMissing } from "../client/chromium-world.ts";
import { brokenWords, cutOff, ringIsWhole, violations } from "./playground-looks.ts";
import { isReady, press, rowOf, says, startBrowser, startPlayground } from "./playground-world.ts";

const wide = { width: 1280, height: 900 };
const narrow = { width: 390, height: 844 };

// Chromium lays each state out five times and axe-core reads four of them: half a minute on a busy machine.
/** What a person meets: on a wide and a narrow screen, light and dark, with eyes, keyboard or ears. */
describe.skipIf(browserIsMissing)("the playground's page", () => {
  const stops = createStops();
  let page: Page;
  beforeAll(async () => {
    const { url } = await startPlayground(stops);
    page = await (await startBrowser(stops)).newPage();
    await page.setViewportSize(wide);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(url);
    await isReady(page);
  });
  afterAll(() => stops.all());

  const boxes = () =>
    page.evaluate<string>(`JSON.stringify([...document.querySelectorAll(
      ".card, .attacks > thead th, .attacks button, .assets > div")]
      .map((each) => each.getBoundingClientRect()))`);

  async function looksRight(): Promise<void> {
    const found: string[] = [];
    for (const size of [wide, narrow]) {
      await page.setViewportSize(size);
      for (const colorScheme of ["dark", "light"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        found.push(...(await violations(page, colorScheme)));
      }
      found.push(...(await brokenWords(page)), ...(await cutOff(page)));
    }
    for (const width of [320, 768, 1060, 1130]) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await brokenWords(page)), ...(await cutOff(page)));
    }
    await page.setViewportSize(wide);
    expect(found).toEqual([]);
  }

  let fresh = "";
  test("fresh", async () => {
    fresh = await boxes();
    await says(page, "Log in, then call the API");
    await looksRight();
  });

  test("after a call: nothing else has moved", async () => {
    await press(page, "Log in");
    await says(page, "Logged in.");
    await press(page, "Call the API");
    await says(page, "GET /api/orders: 200.");
    await page.getByText("The edge's decision event").waitFor();
    expect(await boxes()).toBe(fresh);
    await looksRight();
  });

  test("times are clock times", async () => {
    const text = await page.locator("#inspected").textContent();
    expect(text?.match(/\d\d:\d\d:\d\d(?= \(\d{10}\))/g)?.length).toBe(4);
    expect(text).toMatch(/time\d\d:\d\d:\d\d\.\d{3}, took/);
  });

  test.each([wide, narrow])("an attack is told where it was launched: %o", async (size) => {
    await page.setViewportSize(size);
    const name = "proof for another URL";
    const button = rowOf(page, name).getByRole("button");
    await button.scrollIntoViewIfNeeded();
    await button.focus();
    const before = await button.boundingBox();
    const shown = await page.locator("#inspected").textContent();
    await page.keyboard.press("Enter");
    const finding = page.locator(".opened");
    await finding.getByText("The proof was made for another URL.").waitFor();
    expect(await finding.textContent()).toContain("/api/other");
    const { y = 0, height = 0 } = (await finding.boundingBox()) ?? {};
    expect(y + height).toBeLessThanOrEqual(size.height);
    expect(await button.boundingBox()).toEqual(before);
    expect(await page.locator("#inspected").textContent()).toBe(shown);
    await page.setViewportSize(wide);
  });

  test("a finding", looksRight);

  test("from a finding to the whole request", async () => {
    await press(page, "Show the whole request");
    await page.locator("#inspected").getByText("proof for another URL").waitFor();
    expect(await page.evaluate("document.activeElement.id")).toBe("inspector-title");
  });

  test("during the attacks, and after all", async () => {
    const columns = () =>
      page.evaluate(`[...document.querySelectorAll(".attacks > thead th")].map((each) => {
        const { left, right, top } = each.getBoundingClientRect();
        return { left, right, top: Math.round(top + scrollY) };
      })`);
    const before = await columns();
    await press(page, "Launch all");
    await rowOf(page, "replayed proof").locator(".mark").waitFor();
    expect(await violations(page, "light")).toEqual([]);
    await says(page, "18 of 18 attacks caught.");
    expect(await columns()).toEqual(before);
    expect(await page.locator(".step .thief").count()).toBeGreaterThanOrEqual(18);
    await looksRight();
  });

  test("a request of the flow, in the inspector", async () => {
    await page.locator(".step.challenged").last().focus();
    await page.keyboard.press("Enter");
    await says(page, "Shown: Challenge, 401.");
    await page.locator("#inspected").getByText("nonce.missing").first().waitFor();
    await looksRight();
  });

  test.each([wide, narrow])("by Tab through all of it, each ring whole: %o", async (size) => {
    await page.setViewportSize(size);
    await page.locator(".skip").focus();
    const rings: string[] = [];
    for (let tabs = 0; tabs < 80; tabs += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate("document.activeElement === document.body")) break;
      rings.push(await ringIsWhole(page));
    }
    expect(rings.length).toBeGreaterThan(45);
    expect(new Set(rings)).toEqual(new Set(["whole"]));
    await page.setViewportSize(wide);
  });

  test("loaded again: the hint is about what there is", async () => {
    await page.reload();
    await isReady(page);
    await says(page, "Still logged in as alice");
    await looksRight();
  });

  test("refused by the issuer, and by nobody's answer", async () => {
    await page.goto(`${new URL(page.url()).origin}/?error_description=no`);
    await isReady(page);
    await says(page, "The issuer refuses: no");
    await looksRight();
    await page.route("**/api/orders", (route) => route.abort());
    await press(page, "Call the API");
    await says(page, "Is the demo still running?");
    await page.unroute("**/api/orders");
  });
});
