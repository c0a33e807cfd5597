import { decodeJwt } from "jose";
import { parseChallenges } from "../../src/client/index.ts";
import { member } from "../answer.ts";
import type { Sent } from "../sent.ts";
import { claimTable } from "./claim-table.ts";
import { byId, element } from "./element.ts";
import { proofClaims } from "./proof-claims.ts";
import type { Step } from "./step.ts";
import { claimText, clock, value } from "./value.ts";

let shown: Step | undefined;

/** Shows one exchange: its proof claim by claim, the answer, the upstream's side, the event. */
export async function inspect(step: Step): Promise<void> {
  shown = step;
  const { sent, title, says, tone, parameters } = step;
  const { pathname, host } = new URL(sent.url);
  const parts = [
    element("p", { class: `verdict ${tone}` }, `${sent.status}`, " ", element("b", {}, title)),
    element("h3", {}, `${sent.method} ${pathname}`, element("small", {}, ` at ${host}`)),
    element("p", { class: "says" }, says),
  ];
  if (parameters !== undefined) parts.push(pairs("Asked with", Object.entries(parameters)));
  for (const proof of sent.proofs) {
    parts.push(claimTable("The proof, decoded", await proofClaims(proof, sent), tone));
  }
  const sides: HTMLElement[] = [];
  const answer = parameters === undefined ? answerOf(sent) : [];
  if (answer.length > 0) sides.push(pairs("The answer", answer));
  if (step.echo !== undefined) sides.push(upstream(step.echo));
  if (step.event !== undefined) sides.push(pairs("The edge's decision event", eventOf(step.event)));
  parts.push(element("div", { class: "sides" }, ...sides));
  if (shown === step) byId("inspected").replaceChildren(...parts);
}

/** Something has been learned of it. */
export function refresh(step: Step): void {
  if (shown === step) void inspect(step);
}

function pairs(title: string, entries: readonly (readonly [string, string])[]): HTMLElement {
  const items = entries.flatMap(([name, text]) => [
    element("dt", {}, name),
    element("dd", {}, value(text)),
  ]);
  return element("section", {}, element("h4", {}, title), element("dl", {}, ...items));
}

function answerOf({ challenge, nonce, body }: Sent): [string, string][] {
  const found: [string, string][] = [];
  const code = member(body, "code");
  if (code !== undefined) found.push(["code", code]);
  for (const { scheme, parameters } of parseChallenges(challenge ?? null)) {
    found.push(["challenge", scheme], ...Object.entries(parameters));
  }
  if (challenge === undefined) {
    const error = member(body, "error_description") ?? member(body, "error");
    if (error !== undefined) found.push(["error", error]);
  }
  if (nonce !== undefined) found.push(["DPoP-Nonce", nonce]);
  const token = member(body, "access_token");
  if (token !== undefined) {
    found.push(["token_type", member(body, "token_type") ?? ""]);
    found.push(...claimPairs(decodeJwt(token)));
  }
  return found;
}

function upstream({ headers, caller }: NonNullable<Step["echo"]>): HTMLElement {
  const clean = !("dpop" in headers);
  return pairs("What the upstream received", [
    ["Authorization", "Bearer, the edge's own token:"],
    ...claimPairs(caller),
    ["DPoP", clean ? "nothing: neither proof nor token goes past the edge" : "the proof"],
  ]);
}

function eventOf({ v: _, time, duration, ...event }: NonNullable<Step["event"]>) {
  const began = Date.parse(time);
  const milliseconds = String(began % 1000).padStart(3, "0");
  const when = `${clock(began)}.${milliseconds}, took ${duration} ms`;
  return [["time", when] as const, ...claimPairs(event)];
}

function claimPairs(claims: object): [string, string][] {
  return Object.entries(claims).map(([name, claim]) => [name, claimText(name, claim)]);
}
