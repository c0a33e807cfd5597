import { allow, type Passed } from "./allow.ts";
import { type Chosen, createAuthenticators } from "./authenticators.ts";
import { refusalAnswer } from "./challenge.ts";
import type { DefaultRule, Rule, TokenDemands } from "./configuration.ts";
import { isPreflight, preflightHeaders, requestedMethod } from "./cors.ts";
import { type Answer, type Decision, type RefusalCode, refusals } from "./decision.ts";
import { claimOnce, nonceRoute } from "./dpop/claim.ts";
import { createNonces } from "./dpop/nonce.ts";
import { checkNonce, nonceKeys } from "./dpop/nonce-check.ts";
import { checkProofIsThere, presentation } from "./dpop/presentation.ts";
import { createProofs } from "./dpop/proof.ts";
import { type Authorizer, type Decided, withHeaders } from "./embedding.ts";
import { createRecorder } from "./event/recorder.ts";
import { readFields } from "./fields.ts";
import { type Equipped, given } from "./mechanisms.ts";
import { createFinalizers } from "./mint/finalize.ts";
import { createMint } from "./mint/internal-token.ts";
import { languageOf } from "./mint/language.ts";
import { createOnError } from "./on-error.ts";
import { createOwnPages } from "./own-pages.ts";
import { checkScopes } from "./policy/scopes.ts";
import { createPolicy } from "./policy/steps.ts";
import { principalOf } from "./principal.ts";
import { createReadiness } from "./readiness.ts";
import { requestUrl } from "./route/request-url.ts";
import { createRouter } from "./route/router.ts";
import { checkPath } from "./route/safe-path.ts";
import type { EdgeRequest, RequestUrl, Runtime } from "./runtime.ts";
import { createKit } from "./secrets/kit.ts";
import { seenOf } from "./seen.ts";
import { checkCertificate } from "./token/certificate.ts";
import { authenticatorOf, beginTrail, circumstances, codeOf, type Trail } from "./trail.ts";

export type { Authorizer, Decided } from "./embedding.ts";

type Caller = Pick<Passed, "principal" | "nonce">;

/**
 * The line that every request walks; made once per process or isolate, since its caches live in it.
 * Throws a Fault where the configuration needs a mechanism whose code was not handed in.
 */
export function createAuthorizer(configuration: Equipped, runtime: Runtime): Authorizer {
  const { masterKey, limits } = configuration;
  const router = createRouter(configuration);
  const kit = createKit(configuration, runtime);
  const { secrets } = kit;
  const proofs = createProofs(runtime);
  const nonces =
    masterKey && createNonces({ ...runtime, keys: () => nonceKeys(secrets, masterKey) });
  const mint = createMint(runtime, secrets);
  const authenticators = createAuthenticators(kit, limits);
  const language = languageOf(kit.mechanisms);
  const claimPath = kit.mechanisms.claimPath?.();
  const policy = createPolicy(kit);
  const finalizers = createFinalizers(mint, kit);
  const gateway = kit.mechanisms.mcp?.(kit, { configuration, router, policy });
  const publicKeys = () => mint.publicKeys(configuration);
  const revocation =
    configuration.revocation && given(kit.mechanisms.revocation, "revocation")(kit, configuration);
  const onError = createOnError(kit, language);
  const ownPage = createOwnPages(configuration, runtime, kit, { publicKeys, revocation });
  const record = createRecorder(configuration, runtime, secrets);

  async function walk(request: EdgeRequest, trail: Trail): Promise<Decision> {
    const url = requestUrl(request, configuration);
    trail.url = url;
    const page = ownPage(request, url);
    const own = page && (await page);
    if (own) return own;
    checkPath(url.path);
    if (isPreflight(request)) {
      const { rule, route } = router.match(requestedMethod(request), url);
      trail.rule = rule;
      trail.route = route;
      const cors = rule.cors ?? configuration.cors;
      if (cors) {
        return { kind: "preflight", status: 204, headers: preflightHeaders(cors, request.headers) };
      }
    }
    const found = router.match(request.method, url);
    trail.rule = found.rule;
    const { rule: first } = found;
    // Only where the path has rules for messages: nobody else's body is read.
    const asked = first.match?.mcp && (await given(gateway, "mcp").ask(request, url, first));
    const { rule, route, captures } = asked?.matched ?? found;
    trail.rule = rule;
    trail.route = route;
    trail.lap("route");
    const caller = await authenticate(rule, request, url, trail);
    const { principal } = caller;
    const looks = rule.body || asked?.looksIntoBody;
    const body = looks && (await given(kit.mechanisms.body, "body")(request, limits.body));
    const plain = seenOf(principal, request, url, captures, language, body);
    const seen = asked ? { ...plain, mcp: asked.message } : plain;
    const judged = await policy.judge(rule.authorizers, seen);
    const mcp = await asked?.admit(principal, seen, judged, trail);
    trail.lap("policy");
    const { seen: learned, headers } = judged;
    const added = await finalizers.finalize(rule, learned, principal.notAfter, headers);
    trail.lap("finalize");
    const ours = [...added, ...(mcp?.headers ?? [])];
    const { requestId, would } = trail;
    const passed = { rule, ours, mcp, requestId, would, now: runtime.now, ...caller };
    return allow(passed, request, url, configuration);
  }

  async function authenticate(
    rule: Rule | DefaultRule,
    request: EdgeRequest,
    url: RequestUrl,
    trail: Trail,
  ): Promise<Caller> {
    const chosen = authenticators.choose(rule.authenticators, request, url);
    switch (chosen.kind) {
      case "anonymous":
        return { principal: chosen.principal };
      case "basic":
        trail.principal = await authenticators.user(chosen);
        await revocation?.check(trail);
        return { principal: trail.principal };
      case "token":
        trail.authenticator = chosen.authenticator;
        trail.scheme = chosen.sent.scheme;
        return await verify(chosen, request, url, trail);
    }
  }

  /** Scopes last: only who has proven possession is told of them. */
  async function verify(
    chosen: Extract<Chosen, { kind: "token" }>,
    request: EdgeRequest,
    url: RequestUrl,
    trail: Trail,
  ): Promise<Caller> {
    const { authenticator, sent } = chosen;
    checkProofIsThere(sent, authenticator.possession);
    const token = await authenticators.read(chosen, request);
    trail.token = token;
    trail.lap("token");
    const principal = principalOf(token, authenticator, claimPath);
    trail.principal = principal;
    const presented = presentation(sent, token, authenticator.possession);
    if (presented.kind === "bearer") trail.would = presented.would;
    if (token.x5t !== undefined) await checkCertificate(token.x5t, request);
    if (presented.kind === "bearer" && revocation) await revocation.check(trail);
    const nonce =
      presented.kind === "dpop"
        ? await prove({ ...presented, ath: token.ath }, authenticator, request, url, trail)
        : undefined;
    checkScopes(authenticator.scopes, token.scopes);
    return nonce === undefined ? { principal } : { principal, nonce };
  }

  /** Proof, nonce, revocation, replay. Answers the nonce that rides on the success, where one is due. */
  async function prove(
    bound: { readonly proof: string; readonly jkt: string; readonly ath: string },
    { possession, leeway, algorithms }: TokenDemands,
    request: EdgeRequest,
    url: RequestUrl,
    trail: Trail,
  ): Promise<string | undefined> {
    const { ath, jkt } = bound;
    const { maxAge } = possession;
    const made = { method: request.method, url: url.public, ath, jkt };
    const proof = await proofs.verify(bound.proof, { ...made, algorithms, maxAge, leeway });
    trail.proof = proof;
    trail.lap("proof");
    const { origin } = url.public;
    const nonce = await checkNonce(nonces, proof.nonce, possession, { origin, leeway });
    trail.nonce = nonce;
    trail.lap("nonce");
    if (revocation) await revocation.check(trail);
    if (!possession.replayAllowed) {
      trail.claim = { jkt, route: nonce.route };
      await claimOnce(runtime.replay, proof, nonce.route);
      trail.lap("replay");
    }
    // The proof is used up: a challenge later is cheaper than a refusal now.
    return nonce.refresh
      ? await mintNonce(origin, "shared", jkt, nonce.route).catch(() => undefined)
      : undefined;
  }

  async function refuse(thrown: unknown, request: EdgeRequest, trail: Trail): Promise<Answer> {
    const code = codeOf(thrown);
    const nonce = await challengeNonce(code, trail);
    const seen = circumstances(request, trail, configuration, thrown);
    return onError.answer({ thrown, request, trail }, (handler) =>
      refusalAnswer(code, { ...seen, nonce, handler }),
    );
  }

  /** RFC 9449 section 8: where nonces are in force every 401 carries one, so no client is stuck. */
  async function challengeNonce(code: RefusalCode, trail: Trail): Promise<string | undefined> {
    const { status, error } = { error: undefined, ...refusals[code] };
    const inForce = authenticatorOf(trail)?.possession.nonceRequired === true;
    if (status !== 401 || trail.url === undefined) return undefined;
    if (!inForce && error !== "use_dpop_nonce") return undefined;
    // Only a nonce challenge's nonce is compared with the one that was sent.
    const kind = error === "use_dpop_nonce" ? "own" : "shared";
    return await mintNonce(trail.url.public.origin, kind, trail.proof?.jkt);
  }

  /** `jkt` only of who has proven possession: a stranger's flood must wake no store. */
  async function mintNonce(
    origin: string,
    kind: "own" | "shared",
    jkt: string | undefined,
    accepted?: Uint8Array<ArrayBuffer>,
  ): Promise<string | undefined> {
    const route = await nonceRoute(runtime.replay, jkt, accepted);
    if (route === undefined) return undefined;
    return await (kind === "own" ? nonces?.mint(origin, route) : nonces?.mintShared(origin, route));
  }

  async function decide(received: EdgeRequest): Promise<Decided> {
    const request = { ...received, headers: readFields(received.headers) };
    const trail = beginTrail(request, runtime);
    let thrown: unknown;
    let decision: Decision;
    try {
      decision = await walk(request, trail);
    } catch (stop) {
      thrown = stop;
      decision = await refuse(stop, request, trail).catch((fault: unknown) => {
        thrown = fault;
        return refusalAnswer(codeOf(fault), circumstances(request, trail, configuration));
      });
    }
    const end = record({ request, trail, decision, thrown, decided: runtime.now() });
    return { decision, end };
  }

  return {
    decide,
    async authorize(received) {
      const { decision, end } = await decide(withHeaders(received));
      await end();
      return decision;
    },
    publicKeys,
    ...createReadiness(configuration, kit, authenticators, (origin) =>
      mintNonce(origin, "shared", undefined),
    ),
  };
}
