import type { z } from "zod";
import type { Possession, TokenDemands } from "../../configuration.ts";
import type { jwtConfig } from "../schema/authenticators.ts";
import type { introspectionConfig } from "../schema/introspection-authenticator.ts";
import type { Context } from "./context.ts";
import type { Settings } from "./settings.ts";

type TokenSettings = z.output<typeof jwtConfig> | z.output<typeof introspectionConfig>;

/** RFC 9449 leaves the age of a proof to us; what is remembered against replay grows with it. */
const longestAge = 600;
/** Clocks that differ by more are broken, and a leeway lengthens the life of every proof and token. */
export const longestLeeway = 300;

/** What an authenticator demands of access tokens, however it reads them. */
export function compileDemands(
  config: TokenSettings,
  settings: Settings,
  id: string,
  context: Context,
): TokenDemands {
  const possession = compilePossession(config, settings, context);
  judgeAssertions(config, settings, id, context);
  const { assertions, error_signaling: signaling } = config;
  const { scopes } = assertions;
  return {
    id,
    issuers: assertions.issuers ?? [],
    audience: assertions.audience ?? [],
    ...(scopes?.values
      ? { scopes: { strategy: scopes.matching_strategy, values: scopes.values } }
      : {}),
    algorithms: [...new Set(assertions.allowed_algorithms)],
    leeway: assertions.validity_leeway,
    possession,
    signaling: {
      enabled: signaling.enabled,
      ...(signaling.realm === undefined ? {} : { realm: signaling.realm }),
      ...(signaling.error_uri === undefined ? {} : { errorUri: signaling.error_uri }),
      description: signaling.include_error_description,
      algorithms: signaling.include_dpop_algorithms,
    },
    principal: compilePrincipal(config.principal),
  };
}

export function compilePrincipal(principal: TokenSettings["principal"]): TokenDemands["principal"] {
  return { id: principal?.id ?? "sub", attributes: principal?.attributes ?? "@this" };
}

/** Why a token is read nowhere but from the Authorization header. */
const elsewhere = {
  query_parameter: "a URL is logged on its way, and the token with it (RFC 9700 section 4.3.2)",
  body_parameter:
    "the body reaches the upstream, and the token with it; it would also have to be read before anybody is known",
  cookie: "browsers send cookies by themselves, whoever wrote the page",
} as const;

/** RFC 9449 section 7.1: a bound token comes in the Authorization header. */
export function judgeSource(
  sources: z.output<typeof jwtConfig>["jwt_source"],
  key: "jwt_source" | "token_source",
  settings: Settings,
  { report }: Context,
): void {
  for (const [index, source] of (sources ?? []).entries()) {
    const header = source.header?.toLowerCase() === "authorization";
    const scheme = source.scheme === undefined || /^(bearer|dpop)$/i.test(source.scheme);
    if (header && scheme) continue;
    const place = (["query_parameter", "body_parameter", "cookie"] as const).find(
      (one) => source[one] !== undefined,
    );
    const why = place === undefined ? "" : `: ${elsewhere[place]}`;
    report.problem(settings.place(key, index), {
      reason: `access tokens are read from the Authorization header only${why}`,
      suggestion: "remove it, and let clients send Authorization: DPoP or Bearer",
    });
  }
}

function compilePossession(
  config: TokenSettings,
  settings: Settings,
  context: Context,
): Possession {
  const { report } = context;
  const block = config.assertions.proof_of_possession;
  if (block === undefined) {
    report.note(
      settings.place("assertions"),
      "without proof_of_possession tokens that are bound to no key pass as Bearer tokens, unless the rule says enforcement: required",
    );
    return { enforcement: "opportunistic", maxAge: 60, nonceRequired: false, replayAllowed: false };
  }
  const {
    max_age: maxAge,
    nonce_required: nonceRequired,
    replay_allowed: replayAllowed,
  } = block.config;
  const place = (key: string) => settings.place("assertions", "proof_of_possession", "config", key);
  if (maxAge > longestAge || maxAge < 1) {
    report.problem(place("max_age"), {
      reason: "max_age is at least 1s and at most 10m",
      found: `${maxAge}s`,
    });
  }
  if (nonceRequired && !context.hasMasterKey) {
    report.problem(place("nonce_required"), {
      reason: "a nonce is required, and there is no master_key to make one with",
      suggestion:
        "write master_key: {source: NAME, selector: KID}, and a jwks source NAME under secret_management",
    });
  }
  if (replayAllowed)
    report.note(
      place("replay_allowed"),
      "a stolen proof works again and again until it is too old",
    );
  const { enforcement, required_for: requiredFor, confidential_clients: clients } = block.config;
  const forPublic = requiredFor === "public_clients";
  if (forPublic !== (clients !== undefined)) {
    report.problem(place(forPublic ? "required_for" : "confidential_clients"), {
      reason: "required_for: public_clients and confidential_clients belong together",
      suggestion: forPublic
        ? "write confidential_clients: [CLIENT_ID]"
        : "write required_for: public_clients",
    });
  }
  const confidential = forPublic && clients ? { confidentialClients: clients } : {};
  return { enforcement, maxAge, nonceRequired, replayAllowed, ...confidential };
}

function judgeAssertions(
  config: TokenSettings,
  settings: Settings,
  id: string,
  { report, withoutAudience }: Context,
): void {
  const { audience, validity_leeway: leeway } = config.assertions;
  const place = (key: string) => settings.place("assertions", key);
  if (leeway > longestLeeway) {
    report.problem(place("validity_leeway"), {
      reason: "validity_leeway is at most 5m: stolen proofs live longer by it",
      found: `${leeway}s`,
    });
  }
  if (audience === undefined && !report.isBroken(place("audience"))) {
    withoutAudience.push({ id, place: place("audience") });
  }
  if (config.assertions.scopes !== undefined && config.assertions.scopes.values === undefined) {
    if (!report.isBroken(place("scopes")))
      report.problem(place("scopes"), { reason: "values is missing" });
  }
}
