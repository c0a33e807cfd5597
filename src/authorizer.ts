import { refusalAnswer } from "./challenge.ts";
import type { Configuration, DefaultRule, JwtAuthenticator, Rule } from "./configuration.ts";
import { isPreflight, preflightHeaders, requestedMethod } from "./cors.ts";
import {
  type Answer,
  type Decision,
  type Principal,
  type RefusalCode,
  Refused,
  refusals,
} from "./decision.ts";

import { claimOnce, nonceRoute } from "./dpop/claim.ts";
import { createNonces } from "./dpop/nonce.ts";
import { checkNonce, nonceKeys } from "./dpop/nonce-check.ts";
import { presentation } from "./dpop/presentation.ts";
import { createProofs } from "./dpop/proof.ts";
import { upstreamHeaders } from "./forward/request-headers.ts";
import { responseHeaders } from "./forward/response-headers.ts";
import { upstreamUrl } from "./forward/upstream-url.ts";
import type { JsonObject } from "./jws/json.ts";
import { finalize } from "./mint/finalize.ts";
import { createMint } from "./mint/internal-token.ts";
import { checkPolicy, checkScopes } from "./policy.ts";
import { principalOf } from "./principal.ts";
import { requestUrl } from "./route/request-url.ts";
import { createRouter } from "./route/router.ts";
import { checkPath } from "./route/safe-path.ts";
import type { EdgeRequest, RequestUrl, Runtime } from "./runtime.ts";
import { createSecrets } from "./secrets.ts";
import { createAccessTokens } from "./token/access-token.ts";
import { type Credentials, credentials } from "./token/credentials.ts";
import { unverifiedIssuer } from "./token/issuer.ts";
import { authenticatorOf, circumstances, eventOf, type Trail } from "./trail.ts";

/** Decides about requests, by one configuration. */
export interface Authorizer {
  /** Never throws: what cannot be decided is refused. Emits exactly one event. */
  authorize(request: EdgeRequest): Promise<Decision>;
  /** The public keys of internal tokens, a JWK set. Throws a Fault when a signing secret is bad. */
  publicKeys(): Promise<{ readonly keys: readonly JsonObject[] }>;
}

type Sent = Extract<Credentials, { kind: "sent" }>;

interface Caller {
  readonly principal: Principal;
  /** Rides on the success. */
  readonly nonce?: string;
}

/** The line that every request walks; made once per process or isolate, since its caches live in it. */
export function createAuthorizer(configuration: Configuration, runtime: Runtime): Authorizer {
  const { masterKey } = configuration;
  const router = createRouter(configuration);
  const secrets = createSecrets(configuration.secrets, runtime.secret);
  const accessTokens = createAccessTokens(runtime, secrets);
  const proofs = createProofs(runtime);
  const nonces =
    masterKey && createNonces({ keys: () => nonceKeys(secrets, masterKey), now: runtime.now });
  const mint = createMint(runtime, secrets);

  async function walk(request: EdgeRequest, trail: Trail): Promise<Decision> {
    const url = requestUrl(request, configuration);
    trail.url = url;
    checkPath(url.path);
    if (isPreflight(request)) {
      const { rule } = router.match(requestedMethod(request), url);
      const cors = rule.cors ?? configuration.cors;
      if (cors) {
        return { kind: "preflight", status: 204, headers: preflightHeaders(cors, request.headers) };
      }
    }
    const { rule, captures } = router.match(request.method, url);
    trail.rule = rule;
    const caller = await authenticate(rule, request, url, trail);
    checkPolicy(rule.authorizers);
    const ours = await finalize(mint, rule, caller.principal, { request, url, captures });
    return allow(rule, caller, request, url, ours);
  }

  /** The next authenticator is asked only when the credentials are not of this one's kind or issuer. */
  async function authenticate(
    rule: Rule | DefaultRule,
    request: EdgeRequest,
    url: RequestUrl,
    trail: Trail,
  ): Promise<Caller> {
    const last = rule.authenticators.at(-1);
    for (const authenticator of rule.authenticators) {
      switch (authenticator.type) {
        case "unauthorized":
          throw new Refused("rule.unauthorized");
        case "anonymous":
          return { principal: { id: authenticator.subject, attributes: {}, scopes: [] } };
        case "jwt": {
          const sent = credentials(request.headers);
          if (sent.kind === "none") continue;
          if (authenticator !== last && !isIssuedFor(sent.token, authenticator)) continue;
          trail.authenticator = authenticator;
          trail.scheme = sent.scheme;
          return await prove(sent, authenticator, request, url, trail);
        }
      }
    }
    throw new Refused("credentials.missing");
  }

  /** Token, proof, nonce, replay; scopes last, for only who has proven possession is told of them. */
  async function prove(
    sent: Sent,
    authenticator: JwtAuthenticator,
    request: EdgeRequest,
    url: RequestUrl,
    trail: Trail,
  ): Promise<Caller> {
    const { possession, leeway, algorithms } = authenticator;
    if (sent.scheme === "dpop" && sent.proof === undefined) throw new Refused("proof.missing");
    const token = await accessTokens.verify(sent.token, authenticator);
    const principal = principalOf(token, authenticator);
    const presented = presentation(sent, token.jkt, possession);
    if (presented.kind === "bearer") {
      checkScopes(authenticator.scopes, token.scopes);
      trail.principal = principal;
      return { principal };
    }
    const { ath } = token;
    const { jkt } = presented;
    const { maxAge } = possession;
    const proof = await proofs.verify(presented.proof, {
      method: request.method,
      url: url.public,
      ath,
      jkt,
      algorithms,
      maxAge,
      leeway,
    });
    trail.alg = proof.alg;
    trail.jkt = jkt;
    const { origin } = url.public;
    const nonce = await checkNonce(nonces, proof.nonce, possession, { origin, leeway });
    if (!possession.replayAllowed) await claimOnce(runtime.replay, proof, nonce.route);
    trail.principal = principal;
    checkScopes(authenticator.scopes, token.scopes);
    const fresh = nonce.refresh ? await mintNonce(origin, jkt) : undefined;
    return { principal, ...(fresh === undefined ? {} : { nonce: fresh }) };
  }

  function allow(
    rule: Rule | DefaultRule,
    caller: Caller,
    request: EdgeRequest,
    url: RequestUrl,
    ours: ReadonlyArray<readonly [string, string]>,
  ): Decision {
    const { forwardTo } = rule;
    const cors = rule.cors ?? configuration.cors;
    return {
      kind: "allow",
      rule: rule.id,
      principal: caller.principal,
      headers: upstreamHeaders(request, { url, ours, ...(forwardTo ? { forwardTo } : {}) }),
      ...(forwardTo
        ? {
            upstream: {
              url: upstreamUrl(forwardTo, url, rule.encodedSlashes),
              timeout: configuration.upstreamTimeout,
            },
          }
        : {}),
      responseHeaders: (upstream, status) =>
        responseHeaders(upstream, {
          origin: request.headers.get("Origin"),
          status,
          ...(cors ? { cors } : {}),
          ...(caller.nonce === undefined ? {} : { nonce: caller.nonce }),
        }),
    };
  }

  async function refuse(thrown: unknown, request: EdgeRequest, trail: Trail): Promise<Answer> {
    const code = codeOf(thrown);
    const nonce = await challengeNonce(code, trail);
    const seen = circumstances(request, trail, configuration);
    return refusalAnswer(code, nonce === undefined ? seen : { ...seen, nonce });
  }

  /** RFC 9449 section 8: where nonces are in force every 401 carries one, so no client is stuck. */
  async function challengeNonce(code: RefusalCode, trail: Trail): Promise<string | undefined> {
    const { status, error } = { error: undefined, ...refusals[code] };
    const inForce = authenticatorOf(trail)?.possession.nonceRequired === true;
    if (status !== 401 || trail.url === undefined) return undefined;
    if (!inForce && error !== "use_dpop_nonce") return undefined;
    return await mintNonce(trail.url.public.origin, trail.jkt);
  }

  /** `jkt` only of who has proven possession: a stranger's flood must wake no store. */
  async function mintNonce(origin: string, jkt: string | undefined): Promise<string | undefined> {
    const route = await nonceRoute(runtime.replay, jkt);
    return route && (await nonces?.mint(origin, route));
  }

  return {
    async authorize(request) {
      const began = runtime.now();
      const trail: Trail = {};
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
      runtime.emit(eventOf(request, trail, decision, thrown, { began, ended: runtime.now() }));
      return decision;
    },
    publicKeys: () => mint.publicKeys(configuration),
  };
}

/** What nobody foresaw is refused too. */
function codeOf(thrown: unknown): RefusalCode {
  return thrown instanceof Refused ? thrown.code : "internal";
}

/** By what the token claims, not yet verified: only to choose who verifies it. */
function isIssuedFor(token: string, authenticator: JwtAuthenticator): boolean {
  const issuer = unverifiedIssuer(token);
  if (issuer === undefined || authenticator.issuers.length === 0) return true;
  return authenticator.issuers.includes(issuer);
}
