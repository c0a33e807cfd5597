import { member } from "../answer.ts";
import type { Sent } from "../sent.ts";
import { byId, element } from "./element.ts";
import { refusalOf, type Step } from "./step.ts";

/** The exchanges as a sequence: one button each, which shows it in the inspector. */
export interface Flow {
  /** Draws it; its button. */
  add(step: Step): Element;
}

const most = 60;

export function createFlow(select: (step: Step, button: Element) => void): Flow {
  const list = byId("steps");
  return {
    add(step) {
      byId("empty").hidden = true;
      const button = element("button", { type: "button", class: `step ${step.tone}` });
      button.append(...(step.attack === undefined ? arrows(step) : attackArrows(step)));
      button.addEventListener("click", () => select(step, button));
      list.append(element("li", {}, button));
      while (list.children.length > most) list.firstElementChild?.remove();
      const diagram = byId("diagram");
      diagram.scrollTop = diagram.scrollHeight;
      return button;
    },
  };
}

export function markSelected(button: Element | null): void {
  for (const each of document.querySelectorAll(".step[aria-current]")) {
    each.removeAttribute("aria-current");
  }
  button?.setAttribute("aria-current", "true");
}

function arrows({ peer, sent, echo, tone, parameters }: Step): HTMLElement[] {
  const asked = arrow(`browser ${peer}`, asks(sent), parameters ? "PKCE, dpop_jkt" : brings(sent));
  const lines = [asked];
  if (echo !== undefined) {
    lines.push(arrow("edge upstream", "internal JWT", `sub ${String(echo.caller.sub)}`));
    lines.push(arrow("upstream edge", "200", ""));
  }
  const answer = tone === "passed" ? (peer === "issuer" ? "token" : "") : (refusalOf(sent) ?? "");
  const note = parameters ? "code" : answer || (sent.nonce ? "a fresh nonce" : "");
  lines.push(arrow(`${peer} browser`, String(sent.status), note));
  return lines;
}

function attackArrows({ peer, sent, title, attack }: Step): HTMLElement[] {
  const { requests = 1, statuses = "" } = attack ?? {};
  const times = requests === 1 ? "" : `${requests} x `;
  const spoken = element("span", { class: "spoken" }, "attack: ");
  return [
    element("span", { class: "thief" }, spoken, title),
    arrow(`browser ${peer}`, `${times}${asks(sent)}`, brings(sent)),
    arrow(`${peer} browser`, statuses, member(sent.body, "code") ?? ""),
  ];
}

function asks({ method, url }: Sent): string {
  return `${method} ${new URL(url).pathname}`;
}

/** What of value a request carries. */
function brings({ proofs, authorization }: Sent): string {
  const proof = ["", "proof"][proofs.length] ?? `${proofs.length} proofs`;
  const scheme = authorization?.split(" ")[0];
  const token = scheme === undefined ? "" : scheme === "DPoP" ? "token" : `token as ${scheme}`;
  return [proof, token].filter((each) => each !== "").join(", ") || "nothing";
}

function arrow(way: string, text: string, note: string): HTMLElement {
  const [from = "", to = ""] = way.split(" ");
  const spoken = element("span", { class: "spoken" }, `${from} to ${to}: `);
  const noted = note === "" ? undefined : element("span", { class: "note" }, note);
  const words = element("span", { class: "words" }, element("b", {}, text), " ", noted);
  return element("span", { class: `arrow ${from}-${to}` }, spoken, words);
}
