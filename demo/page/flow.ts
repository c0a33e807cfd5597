import { byId, element } from "./element.ts";
import { refusalOf, type Step } from "./step.ts";

/** The exchanges as a sequence: one button each, which shows it in the inspector. */
export interface Flow {
  add(step: Step): void;
}

const most = 40;

export function createFlow(select: (step: Step, button: Element) => void): Flow {
  const list = byId("steps");
  return {
    add(step) {
      byId("empty").hidden = true;
      const button = element("button", { type: "button", class: `step ${step.tone}` });
      button.append(...arrows(step));
      button.addEventListener("click", () => select(step, button));
      list.append(element("li", {}, button));
      list.scrollTop = list.scrollHeight;
      while (list.children.length > most) list.firstElementChild?.remove();
    },
  };
}

export function markSelected(button: Element | null): void {
  for (const each of document.querySelectorAll("[aria-current]")) {
    each.removeAttribute("aria-current");
  }
  button?.setAttribute("aria-current", "true");
}

function arrows({ peer, sent, echo, tone, parameters }: Step): HTMLElement[] {
  const { method, url, status, nonce } = sent;
  const { pathname } = new URL(url);
  const there = peer === "issuer" ? "browser issuer" : "browser edge";
  const back = peer === "issuer" ? "issuer browser" : "edge browser";
  const sentWith = parameters ? "PKCE, dpop_jkt" : `proof${sent.authorization ? ", token" : ""}`;
  const lines = [arrow(there, `${method} ${pathname}`, sentWith)];
  if (echo !== undefined) {
    lines.push(arrow("edge upstream", "internal JWT", `sub ${String(echo.caller.sub)}`));
    lines.push(arrow("upstream edge", "200", ""));
  }
  const answer = tone === "passed" ? (peer === "issuer" ? "token" : "") : (refusalOf(sent) ?? "");
  const note = parameters ? "code" : answer || (nonce ? "a fresh nonce" : "");
  lines.push(arrow(back, String(status), note));
  return lines;
}

function arrow(way: string, text: string, note: string): HTMLElement {
  const [from = "", to = ""] = way.split(" ");
  const spoken = element("span", { class: "spoken" }, `${from} to ${to}: `);
  const noted = note === "" ? undefined : element("span", { class: "note" }, note);
  const words = element("span", { class: "words" }, element("b", {}, text), " ", noted);
  return element("span", { class: `arrow ${from}-${to}` }, spoken, words);
}
