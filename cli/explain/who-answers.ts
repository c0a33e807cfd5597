import type { Authenticator } from "../../src/configuration.ts";
import { Refused } from "../../src/decision.ts";
import type { Matched } from "../../src/route/router.ts";
import { type Credentials, credentials } from "../../src/token/credentials.ts";
import { mayBeFrom } from "../../src/token/issuer.ts";
import type { Findings } from "./findings.ts";
import type { SentRequest } from "./sent-request.ts";
import type { Setting } from "./setting.ts";

type Sent = Extract<Credentials, { kind: "sent" }>;

/** As authorizer.ts chooses among a rule's authenticators. */
export async function whoAnswers(
  request: SentRequest,
  matched: Partial<Matched> | undefined,
  setting: Setting,
  findings: Findings,
): Promise<{ readonly answering?: Authenticator | undefined; readonly sent?: Sent }> {
  const candidates = matched?.rule?.authenticators ?? [setting.fallback];
  if (candidates[0]?.type !== "jwt") {
    findings.skip("credentials.fields", "the rule asks nobody for a token");
    return { answering: await choose(candidates, undefined, findings) };
  }
  const read = await findings.check(
    "credentials.fields",
    [],
    () =>
      credentials(
        request.headers,
        /\?[^#]*/.exec(request.url)?.[0] ?? "",
        setting.configuration.limits,
      ),
    (read) => ({ found: read.kind === "none" ? "no token" : presented(read) }),
    { found: shapeOf(request.headers) },
  );
  const sent = read?.kind === "sent" ? read : undefined;
  if (read === undefined) return {};
  const answering = await choose(candidates, sent, findings);
  return { answering, ...(sent ? { sent } : {}) };
}

function presented({ scheme, proof }: Sent): string {
  return `${scheme === "dpop" ? "DPoP" : "Bearer"}, ${proof === undefined ? "no proof" : "one proof"}`;
}

async function choose(
  candidates: readonly Authenticator[],
  sent: Sent | undefined,
  findings: Findings,
): Promise<Authenticator | undefined> {
  const last = candidates.at(-1);
  return await findings.check(
    "route.authenticator",
    [],
    () => {
      for (const candidate of candidates) {
        if (candidate.type === "unauthorized") throw new Refused("rule.unauthorized");
        if (candidate.type === "anonymous") return candidate;
        if (sent === undefined) continue;
        if (candidate === last || mayBeFrom(candidate.issuers, sent.token)) return candidate;
      }
      throw new Refused("credentials.missing");
    },
    ({ id }) => ({ found: id }),
    { found: sent === undefined ? "no token" : "an authenticator that refuses everybody" },
  );
}

/** What was sent, without what is secret in it. */
function shapeOf(headers: Headers): string {
  const fields = ["Authorization", "DPoP"].map((name) => {
    const value = headers.get(name);
    if (value === null) return `no ${name}`;
    const values = value.split(",").length;
    const words = value.trim().split(/\s+/).length;
    return `${name} of ${value.length} characters${values > 1 ? `, ${values} values` : ""}${words === 2 ? "" : `, ${words} words`}`;
  });
  return fields.join("; ");
}
