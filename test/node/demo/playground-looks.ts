import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const axe = readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** What axe-core finds fault with: by all its rules, in the dark by those that see colours. */
export async function violations(page: Page, scheme: "light" | "dark"): Promise<string[]> {
  await page.evaluate(await axe);
  const rules = scheme === "dark" ? { runOnly: ["color-contrast"] } : {};
  return page.evaluate(`axe.run(${JSON.stringify(rules)}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + " " + target.join(" "))))`);
}

/** Words of which one part stands on another line than the rest; a line may end after a hyphen. */
export function brokenWords(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (text.parentElement.closest(".spoken")) continue;
      for (const { 0: word, index } of text.data.matchAll(/[^\\s-]+-*/g)) {
        const range = new Range();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const tops = [...range.getClientRects()].map(({ top }) => Math.round(top));
        if (new Set(tops).size > 1) found.push(word);
      }
    }
    return found;
  })()`);
}

/** What is cut off, but for the middle of keys, nonces and the like; the page itself too. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("html, body *")]
    .filter((each) => each.matches("html") || getComputedStyle(each).overflowX !== "visible")
    .filter((each) => !each.matches(".spoken, .opaque *, .skip, .attacks > thead"))
    .filter((each) => each.scrollWidth > each.clientWidth)
    .map((each) => each.tagName + " " + each.className + " " + each.textContent.slice(0, 40))`);
}

/** Whether the ring around what has the focus is inside of all that could clip it. */
export function ringIsWhole(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const focused = document.activeElement;
    const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(focused);
    if (outlineStyle !== "solid") return "no ring: " + focused.outerHTML.slice(0, 80);
    // Scroll positions are whole pixels, boxes are not.
    const by = parseFloat(outlineWidth) + parseFloat(outlineOffset) - 0.9;
    const { left, right, top, bottom } = focused.getBoundingClientRect();
    for (let each = focused.parentElement; each !== null; each = each.parentElement) {
      const root = each === document.documentElement;
      if (!root && getComputedStyle(each).overflow === "visible") continue;
      const box = root ? new DOMRect(0, 0, innerWidth, innerHeight) : each.getBoundingClientRect();
      if (left - by < box.left || right + by > box.right) return "clipped: " + focused.className;
      if (top - by < box.top || bottom + by > box.bottom) {
        if (bottom - top < box.height) return "clipped: " + focused.className;
      }
    }
    return "whole";
  })()`);
}
