import { isRecord } from "../../src/record.ts";
import { parsed } from "../answer.ts";
import { type Attack, carryOut, type Outcome } from "../attack.ts";
import { attacks } from "../attacks.ts";
import { isSent, recorded, type Sent } from "../sent.ts";
import type { Setting } from "../setting.ts";
import { createThief, type Thief } from "../thief.ts";
import { byId, element } from "./element.ts";
import { browserSend } from "./network.ts";
import type { Session } from "./session.ts";
import type { Step } from "./step.ts";

export interface AttackTable {
  /** Every attack, one after the other; how many were caught. */
  launchAll(): Promise<number>;
}

export interface AttackTableOptions {
  readonly setting: Setting;
  readonly session: Session;
  readonly select: (step: Step, button: Element) => void;
  readonly announce: (text: string) => void;
}

interface Launched {
  readonly outcome: Outcome;
  readonly sent: readonly Sent[];
}

/** One row an attack, from the demo's own list, with a button that sends it for real. */
export function createAttackTable(options: AttackTableOptions): AttackTable {
  const rows = attacks.map((attack) => row(attack, options));
  byId("attacks").replaceChildren(...rows.map(({ line }) => line));
  return {
    async launchAll() {
      let caught = 0;
      for (const { launch } of rows) if (await launch()) caught += 1;
      return caught;
    },
  };
}

function row(attack: Attack<Thief>, { setting, session, select, announce }: AttackTableOptions) {
  const label = `Launch: ${attack.name}`;
  const button = element("button", { type: "button", "aria-label": label }, "Launch");
  const result = element("td", { class: "result" }, "");
  const by = element("td", {}, "");
  const where = attack.beyondBrowsers
    ? element("small", {}, ` by the demo's server, since ${attack.beyondBrowsers}`)
    : undefined;
  const name = element("th", { scope: "row" }, attack.name);
  const line = element("tr", {}, name, element("td", {}, attack.sent, where), by, result);
  line.append(element("td", {}, button));

  async function launch(): Promise<boolean> {
    button.setAttribute("aria-busy", "true");
    try {
      const { outcome, sent } = await (attack.beyondBrowsers ? fromServer : fromHere)();
      const refused = sent.findLast(({ status }) => status >= 400) ?? sent.at(-1);
      const catcher = refused === undefined ? "edge" : catcherOf(refused, outcome, setting);
      line.className = outcome.caught ? "caught" : "missed";
      by.replaceChildren(catcher);
      result.replaceChildren(
        element("span", { class: "mark" }, outcome.caught ? "caught" : "NOT CAUGHT"),
        element("code", {}, outcome.code),
        element("small", {}, outcome.status),
      );
      if (refused !== undefined) select(stepOf(attack, refused, catcher, outcome), button);
      announce(`${attack.name}: ${outcome.caught ? "caught" : "not caught"}, ${outcome.code}.`);
      return outcome.caught;
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  async function fromServer(): Promise<Launched> {
    const path = `/attacks?name=${encodeURIComponent(attack.name)}`;
    const answer = parsed(await (await fetch(path, { method: "POST" })).text());
    if (!isLaunched(answer)) throw new Error(`The demo's server could not: ${answer?.error}`);
    return answer;
  }

  async function fromHere(): Promise<Launched> {
    const sent: Sent[] = [];
    const send = recorded(browserSend, (each) => sent.push(each));
    const thief = await createThief({ ...(await loot(setting, session)), send });
    return { outcome: await carryOut(attack, thief), sent };
  }

  button.addEventListener("click", () => {
    launch().catch((error: unknown) => announce(String(error)));
  });
  return { line, launch };
}

let otherToken: string | undefined;

/** The thief has this page's token, and what the demo's server forges. */
async function loot(setting: Setting, session: Session) {
  const tokens = session.tokens();
  if (tokens === undefined) throw new Error("Log in first: there is nothing to steal yet.");
  const { privateKey, publicJwk } = await session.key();
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const jwk: JsonWebKey = { ...publicJwk };
  const publicKey = await crypto.subtle.importKey("jwk", jwk, algorithm, true, ["verify"]);
  otherToken ??= await session.refreshed();
  const nonces = parsed(await (await fetch("/nonces", { method: "POST" })).text());
  return {
    resource: setting.resource,
    upstream: setting.upstream,
    session: { accessToken: tokens.access, keys: { privateKey, publicKey } },
    otherToken,
    forgedNonce: String(nonces?.forgedNonce),
    expiredNonce: String(nonces?.expiredNonce),
    // Only the server's attacks use it.
    forgedInternalToken: "",
  };
}

function isLaunched(value: unknown): value is Launched & Record<string, unknown> {
  if (!isRecord(value) || !isRecord(value.outcome) || !Array.isArray(value.sent)) return false;
  return typeof value.outcome.caught === "boolean" && value.sent.every(isSent);
}

/** Who refused, and which of its checks. */
function catcherOf({ url }: Sent, { code }: Outcome, { upstream }: Setting): string {
  if (url.startsWith(upstream)) return "upstream: its token";
  if (code === "proof.replayed") return "edge: replay";
  const [step = ""] = code.split(".");
  const names: Readonly<Record<string, string>> = {
    token: "access token",
    rule: "default rule",
  };
  return `edge: ${names[step] ?? step}`;
}

function stepOf(attack: Attack<Thief>, sent: Sent, catcher: string, outcome: Outcome): Step {
  const caught = outcome.caught ? `Caught by the ${catcher}` : "NOT CAUGHT";
  const where = attack.beyondBrowsers
    ? ` Sent by the demo's server: ${attack.beyondBrowsers}.`
    : "";
  return {
    peer: catcher.startsWith("upstream") ? "upstream" : "edge",
    sent,
    title: attack.name,
    says: `${attack.sent}. ${caught}, ${outcome.status}.${where}`,
    tone: outcome.caught ? "refused" : "passed",
  };
}
