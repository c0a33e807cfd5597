import type { TokenAuthenticator } from "../../src/configuration.ts";
import type { RefusalCode } from "../../src/decision.ts";
import { checkProofIsThere, presentation } from "../../src/dpop/presentation.ts";
import { requestUrl } from "../../src/route/request-url.ts";
import { checkPath } from "../../src/route/safe-path.ts";
import type { ReplayStore } from "../../src/runtime.ts";
import { tokenHash } from "../../src/token/token-hash.ts";
import { explainOnError } from "./error-handler-step.ts";
import { createFindings, type Finding, type Findings } from "./findings.ts";
import { explainPolicy, explainReplay, explainRevocation } from "./last-steps.ts";
import { createMask } from "./mask.ts";
import { explainNonce } from "./nonce-step.ts";
import { offlineKit } from "./offline-kit.ts";
import { explainSteps } from "./policy-steps.ts";
import { checkProof, type ReadProof } from "./proof-checks.ts";
import { routed } from "./routed.ts";
import { secretsOf, shownUrl } from "./secret-parts.ts";
import type { SentRequest } from "./sent-request.ts";
import type { Setting } from "./setting.ts";
import { checkToken, type ReadToken } from "./token-checks.ts";
import { whoAnswers } from "./who-answers.ts";

/** One request, walked to the end of the line. */
export interface Explained {
  readonly request: SentRequest;
  /** token: a request to the issuer's token endpoint (RFC 9449 section 5). */
  readonly kind: "call" | "token";
  /** Milliseconds since the epoch that the times were compared with. */
  readonly at: number;
  readonly findings: readonly Finding[];
  /** The code that the edge would answer; absent: nothing that could be checked fails. */
  readonly refused?: RefusalCode;
  readonly proof: ReadProof;
}

/**
 * Walks every check of src/authorizer.ts in its order, by the edge's own functions; where the edge
 * stops, this goes on, so that everything that is wrong is said at once.
 */
export async function walk(
  request: SentRequest,
  setting: Setting,
  replay: ReplayStore,
): Promise<Explained> {
  const findings = createFindings(createMask(secretsOf(request)));
  const kind = isTokenRequest(request) ? "token" : "call";
  const proof =
    kind === "token"
      ? await walkTokenRequest(request, setting, findings)
      : await walkCall(request, setting, replay, findings);
  for (const id of setting.assumed ? ofTheDocuments : []) {
    findings.doubt(id, "the documents say: give --config");
  }
  const first = findings.all.find((finding) => finding.outcome === "failed");
  const { configuration } = setting;
  if (first?.outcome === "failed" && kind === "call" && !setting.assumed)
    await explainOnError(request, configuration, offlineKit(setting.now), first, findings);
  return {
    request,
    kind,
    at: setting.now(),
    findings: findings.all,
    proof,
    ...(first?.outcome === "failed" ? { refused: first.code } : {}),
  };
}

/** What a check that passed by the assumed documents says nothing about. */
const ofTheDocuments = [
  "route.url",
  "route.rule",
  "route.authenticator",
  "token.type",
  "token.alg",
  "token.principal",
  "token.presentation",
  "proof.alg",
  "nonce",
  "policy.scope",
  "policy.steps",
  "policy.finalizers",
] as const;

/** A POST of a form with a proof and no token to go with it. */
function isTokenRequest({ method, headers }: SentRequest): boolean {
  const form = /^application\/x-www-form-urlencoded\b/i.test(headers.get("Content-Type") ?? "");
  const token = /^(?:dpop|bearer) /i.test(headers.get("Authorization") ?? "");
  return method === "POST" && form && headers.has("DPoP") && !token;
}

async function walkTokenRequest(
  request: SentRequest,
  setting: Setting,
  findings: Findings,
): Promise<ReadProof> {
  const { algorithms, leeway, possession } = setting.fallback;
  const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
  const proof = await checkProof(
    request.headers.get("DPoP") ?? undefined,
    {
      method: request.method,
      ...(url ? { url } : {}),
      algorithms,
      maxAge: possession.maxAge,
      leeway,
      now: Math.floor(setting.now() / 1000),
      timeKnown: setting.timeKnown(),
    },
    findings,
  );
  await explainNonce(request, proof, setting, undefined, findings);
  return proof;
}

async function walkCall(
  request: SentRequest,
  setting: Setting,
  replay: ReplayStore,
  findings: Findings,
): Promise<ReadProof> {
  const { configuration } = setting;
  const url = await findings.check(
    "route.url",
    [],
    () => requestUrl(request, configuration),
    (url) => ({ found: url.public.origin }),
    { found: shownUrl(request) },
  );
  const safe = await findings.check(
    "route.path",
    [url],
    (url) => {
      checkPath(url.path);
      return url;
    },
    ({ path }) => ({ found: path }),
  );
  const matched = await findings.check(
    "route.rule",
    // The router counts on a path that was checked.
    [safe],
    (url) => routed(request, url, configuration),
    ({ rule }) => ({
      found: setting.assumed ? "any: no documents were given" : (rule?.id ?? "none"),
    }),
    { found: `${request.method} ${safe?.path}, which no rule matches` },
  );
  if (matched?.answeredHere) {
    findings.skip("credentials.fields", `${matched.answeredHere} without credentials`);
    return {};
  }
  const who = await whoAnswers(request, url, matched, setting, findings);
  if (who.answering === "user")
    findings.skip("credentials.user", "the password is a secret of the edge");
  if (who.answering === "user") explainRevocation(configuration, findings);
  const kit = offlineKit(setting.now);
  const limit = configuration.limits.body;
  const somebody = { request, url, principal: undefined, limit };
  if (typeof who.answering === "string") await explainSteps(matched, somebody, kit, findings);
  if (!("sent" in who)) return {};
  const { answering, sent } = who;

  if (sent.scheme === "dpop") {
    const found = sent.proof === undefined ? "none" : "one";
    await findings.check(
      "credentials.proof",
      [],
      () => checkProofIsThere(sent, answering.possession),
      { found },
    );
  }
  const token =
    answering.type === "jwt"
      ? await checkToken(sent.token, answering, setting, findings)
      : askedElsewhere(answering, findings);
  await findings.check(
    "token.presentation",
    [token.binding],
    (bound) => presentation(sent, { ...token, ...bound }, answering.possession),
    ({ kind }) => ({ found: kind }),
    {
      found: `${sent.scheme === "dpop" ? "DPoP" : "Bearer"} ${sent.proof ? "with" : "without"} a proof, and a token bound to ${token.binding?.jkt ?? "no key"}`,
    },
  );
  if (sent.proof === undefined && !findings.clean()) return {};
  const asking = { request, url, principal: token.principal, limit };
  if (sent.proof === undefined) {
    explainRevocation(configuration, findings);
    await explainPolicy(matched, answering, token.scopes, asking, kit, findings);
    return {};
  }
  // Where the origin is not ours, the URL that was asked still tells whether the proof fits it.
  const asked = url?.public ?? (URL.canParse(request.url) ? new URL(request.url) : undefined);
  const jkt = token.binding?.jkt;
  const proof = await checkProof(
    sent.proof,
    {
      method: request.method,
      ...(asked ? { url: asked } : {}),
      token: { ath: await tokenHash(sent.token), ...(jkt === undefined ? {} : { jkt }) },
      algorithms: answering.algorithms,
      maxAge: answering.possession.maxAge,
      leeway: answering.leeway,
      now: Math.floor(setting.now() / 1000),
      timeKnown: setting.timeKnown(),
    },
    findings,
  );
  await explainNonce(
    request,
    proof,
    setting,
    { possession: answering.possession, leeway: answering.leeway, origin: asked?.origin ?? "" },
    findings,
  );
  explainRevocation(configuration, findings);
  await explainReplay(proof, answering, replay, findings);
  await explainPolicy(matched, answering, token.scopes, asking, kit, findings);
  return proof;
}

/** Nothing is asked here: whether the token is active, and bound, only the answer tells. */
function askedElsewhere(
  authenticator: Exclude<TokenAuthenticator, { type: "jwt" }>,
  findings: Findings,
): Partial<ReadToken> {
  const { id } = authenticator;
  findings.skip("token.introspection", `${id} asks its endpoint, and nothing is asked here`);
  return {};
}
