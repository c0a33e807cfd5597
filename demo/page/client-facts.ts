import { decodeJwt } from "jose";
import type { Setting } from "../setting.ts";
import { byId, element } from "./element.ts";
import { isExpired } from "./hint.ts";
import { boundKey } from "./proof-claims.ts";
import type { Session } from "./session.ts";
import { clock, value } from "./value.ts";

/** What this browser holds, and which buttons that leaves. */
export async function showClient(scene: Setting, session: Session): Promise<void> {
  const key = await session.key();
  const kept = key.privateKey.extractable ? "EXTRACTABLE" : "not extractable, in IndexedDB";
  tell("key", value(key.thumbprint), `${key.alg}, ${kept}`);
  const nonce = session.nonces.get(scene.edge);
  if (nonce === undefined) tell("nonce", "none yet", "the edge gives one");
  else tell("nonce", value(nonce), "kept, for all tabs");
  const access = session.tokens()?.access;
  if (access === undefined) tell("token", "none yet", "the issuer gives one");
  else tell("token", value(`cnf.jkt ${boundKey(access)}`), tokenFacts(access));
  document.documentElement.classList.toggle("logged-in", access !== undefined);
  for (const id of ["call", "call-five", "launch-all"]) {
    byId(id).toggleAttribute("disabled", access === undefined);
  }
  for (const button of document.querySelectorAll("#attacks button")) {
    button.toggleAttribute("disabled", access === undefined);
  }
}

function tell(id: string, fact: Node | string, about: string): void {
  byId(id).replaceChildren(fact, element("small", {}, about));
}

function tokenFacts(access: string): string {
  const { sub, exp = 0 } = decodeJwt(access);
  const until = clock(exp * 1000).slice(0, 5);
  if (isExpired(access)) return `${sub}, expired at ${until}: log in again`;
  return `${sub}, until ${until}: only this key can use it`;
}
