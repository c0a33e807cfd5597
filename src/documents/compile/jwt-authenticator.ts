import type { z } from "zod";
import type { JwtAuthenticator, KeySource, Possession } from "../../configuration.ts";
import { jwtConfig } from "../schema/authenticators.ts";
import type { Context } from "./context.ts";
import { compileEndpoint } from "./endpoint.ts";
import type { Settings } from "./settings.ts";

type JwtSettings = z.output<typeof jwtConfig>;

/** RFC 9449 leaves the age of a proof to us; what is remembered against replay grows with it. */
const longestAge = 600;
/** Clocks that differ by more are broken, and a leeway lengthens the life of every proof and token. */
const longestLeeway = 300;
/** A key that its issuer withdrew is trusted no longer than this. */
const longestTtl = 86_400;

export function compileJwt(
  settings: Settings,
  id: string,
  context: Context,
): JwtAuthenticator | undefined {
  const config = settings.read(jwtConfig, context.report);
  if (config === undefined) return undefined;
  judgeSource(config, settings, context);
  const keys = compileKeys(config, settings, context);
  const possession = compilePossession(config, settings, context);
  const { assertions, error_signaling: signaling, principal } = config;
  judgeAssertions(config, settings, context);
  if (keys === undefined) return undefined;
  const { scopes } = assertions;
  return {
    type: "jwt",
    id,
    keys,
    issuers: assertions.issuers ?? [],
    audience: assertions.audience ?? [],
    ...(scopes?.values
      ? { scopes: { strategy: scopes.matching_strategy, values: scopes.values } }
      : {}),
    algorithms: [...new Set(assertions.allowed_algorithms)],
    leeway: assertions.validity_leeway,
    tokenTypes: [...new Set(assertions.token_types.map(tokenType))],
    possession,
    signaling: {
      enabled: signaling.enabled,
      ...(signaling.realm === undefined ? {} : { realm: signaling.realm }),
      ...(signaling.error_uri === undefined ? {} : { errorUri: signaling.error_uri }),
      description: signaling.include_error_description,
      algorithms: signaling.include_dpop_algorithms,
    },
    principal: {
      id: principal?.id ?? "sub",
      attributes: principal?.attributes ?? "@this",
    },
  };
}

function compileKeys(
  config: JwtSettings,
  settings: Settings,
  context: Context,
): KeySource | undefined {
  const { report } = context;
  const { jwks_endpoint: jwks, metadata_endpoint: metadata } = config;
  if (jwks !== undefined && metadata !== undefined) {
    report.problem(settings.place("metadata_endpoint"), {
      reason: "jwks_endpoint and metadata_endpoint exclude each other",
      suggestion: "remove one of them",
    });
    return undefined;
  }
  const cacheTtl = config.cache_ttl;
  if (jwks !== undefined) {
    const endpoint = compileEndpoint(jwks, "jwks_endpoint", settings, context);
    return endpoint && { endpoint, kind: "jwks", verifyIssuer: true, cacheTtl };
  }
  if (metadata !== undefined) {
    const endpoint = compileEndpoint(metadata, "metadata_endpoint", settings, context);
    const verifyIssuer = !metadata.disable_issuer_identifier_verification;
    return endpoint && { endpoint, kind: "metadata", verifyIssuer, cacheTtl };
  }
  const broken = ["jwks_endpoint", "metadata_endpoint"].some((key) =>
    report.isBroken(settings.place(key)),
  );
  if (!broken) {
    report.problem(settings.place(), {
      reason: "jwks_endpoint or metadata_endpoint is missing",
      suggestion: "write jwks_endpoint: https://ISSUER/path/to/keys",
    });
  }
  return undefined;
}

function compilePossession(config: JwtSettings, settings: Settings, context: Context): Possession {
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

function judgeAssertions(config: JwtSettings, settings: Settings, { report }: Context): void {
  const { issuers, audience, validity_leeway: leeway } = config.assertions;
  const place = (key: string) => settings.place("assertions", key);
  if (leeway > longestLeeway) {
    report.problem(place("validity_leeway"), {
      reason: "validity_leeway is at most 5m: stolen proofs live longer by it",
      found: `${leeway}s`,
    });
  }
  if (config.cache_ttl > longestTtl) {
    report.problem(settings.place("cache_ttl"), {
      reason: "cache_ttl is at most 24h: a withdrawn key is trusted for that long",
      found: `${config.cache_ttl}s`,
    });
  }
  if (
    issuers === undefined &&
    config.jwks_endpoint !== undefined &&
    !report.isBroken(place("issuers"))
  ) {
    report.problem(place("issuers"), {
      reason: "issuers is missing: with jwks_endpoint it says whose tokens are accepted",
      suggestion: "write assertions: {issuers: [https://ISSUER]}",
    });
  }
  if (audience === undefined && !report.isBroken(place("audience"))) {
    report.note(
      place("audience"),
      "without audience, tokens that the issuer made for other APIs pass; write audience: [ORIGIN]",
    );
  }
  if (config.assertions.scopes !== undefined && config.assertions.scopes.values === undefined) {
    if (!report.isBroken(place("scopes")))
      report.problem(place("scopes"), { reason: "values is missing" });
  }
}

/** RFC 9449 section 7.1: a bound token comes in the Authorization header. */
function judgeSource(config: JwtSettings, settings: Settings, { report }: Context): void {
  for (const [index, source] of (config.jwt_source ?? []).entries()) {
    const header = source.header?.toLowerCase() === "authorization";
    const scheme = source.scheme === undefined || /^(bearer|dpop)$/i.test(source.scheme);
    if (header && scheme) continue;
    report.problem(settings.place("jwt_source", index), {
      reason: "access tokens are read from the Authorization header only",
      suggestion: "remove it",
    });
  }
}

function tokenType(written: string): string {
  const type = written.toLowerCase().replace(/^application\//, "");
  return type === "absent" ? "" : type;
}
