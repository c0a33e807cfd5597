import { createAuthenticators } from "../../src/authenticators.ts";
import type { Authenticator, TokenAuthenticator } from "../../src/configuration.ts";
import type { Matched } from "../../src/route/router.ts";
import type { RequestUrl } from "../../src/runtime.ts";
import { credentials, type Sent } from "../../src/token/credentials.ts";
import { readsTokens } from "../../src/token/reads-tokens.ts";
import type { Findings } from "./findings.ts";
import type { SentRequest } from "./sent-request.ts";
import type { Setting } from "./setting.ts";

export type Answering =
  | { readonly answering?: "anonymous" | "user" }
  | { readonly answering: TokenAuthenticator; readonly sent: Sent };

/** As authorizer.ts chooses among a rule's authenticators. */
export async function whoAnswers(
  request: SentRequest,
  url: RequestUrl | undefined,
  matched: Partial<Matched> | undefined,
  setting: Setting,
  findings: Findings,
): Promise<Answering> {
  const candidates = matched?.rule?.authenticators ?? [setting.fallback];
  const [first] = candidates;
  if (first === undefined || !(readsTokens(first) || first.type === "basic_auth")) {
    findings.skip("credentials.fields", "the rule asks nobody for a token");
    return await choose(candidates, request, url, setting, findings);
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
  return read === undefined ? {} : await choose(candidates, request, url, setting, findings);
}

function presented({ scheme, proof }: Sent): string {
  return `${scheme === "dpop" ? "DPoP" : "Bearer"}, ${proof === undefined ? "no proof" : "one proof"}`;
}

/** By the edge's own choice; nothing of what an authenticator would ask is asked. */
async function choose(
  candidates: readonly Authenticator[],
  request: SentRequest,
  url: RequestUrl | undefined,
  setting: Setting,
  findings: Findings,
): Promise<Answering> {
  const { limits } = setting.configuration;
  const { choose } = createAuthenticators(setting.kit, limits);
  const asked = url ?? { public: new URL("https://nowhere.invalid"), path: "/", search: "" };
  const chosen = await findings.check(
    "route.authenticator",
    [],
    () => choose(candidates, request, asked),
    (chosen) => ({ found: chosen.kind === "anonymous" ? "anonymous" : chosen.authenticator.id }),
    { found: "none that reads what was sent" },
  );
  if (chosen === undefined) return {};
  if (chosen.kind === "anonymous") return { answering: "anonymous" };
  if (chosen.kind === "basic") return { answering: "user" };
  return { answering: chosen.authenticator, sent: chosen.sent };
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
