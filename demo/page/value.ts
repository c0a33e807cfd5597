import { element } from "./element.ts";

/**
 * Text that is never broken inside a word. An address may wrap before its slashes; a key, a nonce
 * or a digest stays on one line, and where there is no room its middle is hidden.
 */
export function value(text: string): HTMLElement {
  const words = text.split(" ");
  const parts = words.flatMap((word, at) => [at === 0 ? "" : " ", ...shown(word)]);
  const oneLine = words.length <= 3 && opaque.test(words.at(-1) ?? "");
  return element("code", oneLine ? { class: "line" } : {}, ...parts);
}

const opaque = /^(?![a-z._]+$)[\w.~+-]{21,}=*$/;

function shown(word: string): (string | HTMLElement)[] {
  if (word.includes("/")) {
    const steps = word.split(/(?<=[^/])(?=\/)/);
    return steps.flatMap((step, at) => (at === 0 ? [step] : [element("wbr"), step]));
  }
  if (!opaque.test(word)) return [word];
  const halves = [word.slice(0, -8), word.slice(-8)].map((half) => element("span", {}, half));
  return [element("span", { class: "opaque", title: word }, ...halves)];
}

const times = new Set(["iat", "nbf", "exp", "auth_time"]);

/** A claim as people read it: times as this machine's clock shows them, the number beside. */
export function claimText(name: string, claim: unknown): string {
  if (times.has(name) && typeof claim === "number") return `${clock(claim * 1000)} (${claim})`;
  if (Array.isArray(claim)) return claim.map((each) => claimText("", each)).join(", ");
  if (typeof claim !== "object" || claim === null) return String(claim);
  const members = Object.entries(claim);
  return members.map(([member, each]) => `${member} ${claimText(member, each)}`).join(", ");
}

/** Hours, minutes and seconds of a time in milliseconds. */
export function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}
