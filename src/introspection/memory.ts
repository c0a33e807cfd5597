import { BoundedMap } from "../bounded-map.ts";
import { Refused } from "../decision.ts";
import type { AccessToken } from "../token/access-token.ts";
import { isWithin } from "../within.ts";

/** What was found out about a credential, and when it was asked. Milliseconds of the runtime's clock. */
export type Verdict = { readonly askedAt: number } & (
  | { readonly kind: "active"; readonly token: AccessToken; readonly until: number }
  | { readonly kind: "refused"; readonly refused: Refused }
);

/** Answers by what was asked and for whom. */
export interface Memory {
  /** @throws Refused where a refusal is remembered */
  recall(id: string, now: number): AccessToken | undefined;
  /** An answer to an earlier question never takes the place of one to a later. */
  remember(id: string, verdict: Verdict, now: number): void;
}

/** At a usual 1 to 2 KB each a few megabytes; what is longer than 16 KiB is asked for anew. */
const mostActive = 2048;
const longest = 16_384;
/** Anybody can make these up: they are small, and never push out an active one. */
const mostRefused = 1024;
/** How long a refusal is remembered: a client that tries again and again costs one question. */
export const refusedFor = 5000;

export function createMemory(): Memory {
  const active = new BoundedMap<string, Extract<Verdict, { kind: "active" }>>(mostActive);
  const refused = new BoundedMap<string, Extract<Verdict, { kind: "refused" }>>(mostRefused);

  return {
    recall(id, now) {
      const no = refused.get(id);
      if (no !== undefined && isWithin(refusedFor, no.askedAt, now)) {
        throw new Refused(no.refused.code, no.refused.detail);
      }
      const yes = active.get(id);
      if (yes === undefined) return undefined;
      if (yes.askedAt <= now && now < yes.until) return yes.token;
      active.delete(id);
      return undefined;
    },
    remember(id, verdict, now) {
      const latest = Math.max(active.get(id)?.askedAt ?? 0, refused.get(id)?.askedAt ?? 0);
      if (latest > verdict.askedAt && latest <= now) return;
      active.delete(id);
      refused.delete(id);
      if (verdict.kind === "refused") refused.set(id, verdict);
      else if (verdict.until > now && lengthOf(verdict) <= longest) active.set(id, verdict);
    },
  };
}

function lengthOf({ token }: Extract<Verdict, { kind: "active" }>): number {
  return JSON.stringify(token.claims).length;
}
