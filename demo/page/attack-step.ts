import type { Attack, Outcome } from "../attack.ts";
import type { Sent } from "../sent.ts";
import type { Setting } from "../setting.ts";
import type { Thief } from "../thief.ts";
import type { Step } from "./step.ts";

/** What came of an attack, and every request that it made. */
export interface Launched {
  readonly outcome: Outcome;
  readonly sent: readonly Sent[];
}

/** An attack as an exchange of the flow: of its requests, the one that was refused. */
export function attackStep(
  attack: Attack<Thief>,
  { outcome, sent }: Launched,
  setting: Setting,
): Step {
  // The thief's first request only got a nonce.
  const own = sent.slice(1);
  const told = own.findLast(({ status }) => status >= 400) ?? own.at(-1);
  if (told === undefined) throw new Error(`${attack.name} sent nothing.`);
  const past = told.url.startsWith(setting.upstream);
  const caught = outcome.caught
    ? `Caught by the ${catcherOf(told, outcome, setting)}`
    : "NOT CAUGHT";
  const where = attack.beyondBrowsers
    ? ` Sent by the demo's server: ${attack.beyondBrowsers}.`
    : "";
  return {
    peer: past ? "upstream" : "edge",
    sent: told,
    title: attack.name,
    says: `${attack.sent}. ${caught}, ${outcome.status}.${where}`,
    tone: outcome.caught ? "refused" : "passed",
    attack: { requests: own.length, statuses: outcome.status },
  };
}

/** Who refused, and which of its checks. */
export function catcherOf({ url }: Sent, { code }: Outcome, { upstream }: Setting): string {
  if (url.startsWith(upstream)) return "upstream: its token";
  if (code === "proof.replayed") return "edge: replay";
  const [step = ""] = code.split(".");
  const names: Readonly<Record<string, string>> = {
    token: "access token",
    rule: "default rule",
  };
  return `edge: ${names[step] ?? step}`;
}
