import { isRecord } from "../../src/record.ts";
import { parsed } from "../answer.ts";
import { type Attack, carryOut } from "../attack.ts";
import { isSent, recorded, type Sent } from "../sent.ts";
import type { Setting } from "../setting.ts";
import { createThief, type Thief } from "../thief.ts";
import type { Launched } from "./attack-step.ts";
import { ask, browserSend } from "./network.ts";
import type { Session } from "./session.ts";

/** Sends an attack for real: from this page, or by the demo's server where no page can. */
export function launchAttack(
  attack: Attack<Thief>,
  setting: Setting,
  session: Session,
): Promise<Launched> {
  return attack.beyondBrowsers ? fromServer(attack) : fromHere(attack, setting, session);
}

async function fromServer({ name }: Attack<Thief>): Promise<Launched> {
  const path = `/attacks?name=${encodeURIComponent(name)}`;
  const answer = parsed(await (await ask(path, { method: "POST" })).text());
  if (!isLaunched(answer)) throw new Error(`The demo's server could not: ${answer?.error}`);
  return answer;
}

async function fromHere(attack: Attack<Thief>, setting: Setting, session: Session) {
  const sent: Sent[] = [];
  const send = recorded(browserSend, (each) => sent.push(each));
  const thief = await createThief({ ...(await loot(setting, session)), send });
  return { outcome: await carryOut(attack, thief), sent };
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
  const nonces = parsed(await (await ask("/nonces", { method: "POST" })).text());
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
