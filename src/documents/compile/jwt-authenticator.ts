import type { z } from "zod";
import type { JwtAuthenticator, KeySource } from "../../configuration.ts";
import { below } from "../report.ts";
import { jwtConfig } from "../schema/authenticators.ts";
import type { Context } from "./context.ts";
import { compileAuth, compileEndpoint } from "./endpoint.ts";
import type { Settings } from "./settings.ts";
import { compileDemands, judgeSource } from "./token-demands.ts";
import { eachIssuer } from "./token-issuer.ts";

type JwtSettings = z.output<typeof jwtConfig>;

/** What was withdrawn is trusted no longer than this, whatever the document says. */
const longestTtl = 86_400;

/** One authenticator; several where the endpoint depends on the token's issuer, one for each. */
export function compileJwt(
  settings: Settings,
  id: string,
  context: Context,
): readonly JwtAuthenticator[] {
  const config = settings.read(jwtConfig, context.report);
  if (config === undefined) return [];
  judgeSource(config.jwt_source, "jwt_source", settings, context);
  judgeCacheTtl(config.cache_ttl, settings, context);
  judgeIssuers(config, settings, context);
  const demands = compileDemands(config, settings, id, context);
  const trust = compileTrust(config, settings, context);
  const tokenTypes = [...new Set(config.assertions.token_types.map(tokenType))];
  return eachIssuer(config, ["jwks_endpoint", "metadata_endpoint"], settings, context).flatMap(
    ({ config, issuers }) => {
      const keys = compileKeys(config, settings, context);
      if (keys === undefined) return [];
      return [{ type: "jwt", ...demands, issuers, keys: { ...keys, ...trust }, tokenTypes }];
    },
  );
}

/** For so long what was withdrawn may still pass. */
export function judgeCacheTtl(seconds: number, settings: Settings, { report }: Context): void {
  if (seconds <= longestTtl) return;
  report.problem(settings.place("cache_ttl"), {
    reason: "cache_ttl is at most 24h: what was withdrawn is trusted for that long",
    found: `${seconds}s`,
  });
}

function judgeIssuers(config: JwtSettings, settings: Settings, { report }: Context): void {
  const place = settings.place("assertions", "issuers");
  const missing = config.assertions.issuers === undefined && config.jwks_endpoint !== undefined;
  if (!missing || report.isBroken(place)) return;
  report.problem(place, {
    reason: "issuers is missing: with jwks_endpoint it says whose tokens are accepted",
    suggestion: "write assertions: {issuers: [https://ISSUER]}",
  });
}

/**
 * A certificate of the platform's trust store says who serves a name, and nothing of whose tokens
 * are good; nor is there one at the edge. So somebody has to name the anchors.
 */
function compileTrust(
  { validate_jwk: asked, trust_anchors: anchors }: JwtSettings,
  settings: Settings,
  context: Context,
): Pick<KeySource, "trustAnchors"> {
  const { report } = context;
  const place = settings.place("trust_anchors");
  if (anchors === undefined) {
    if (asked === true && !report.isBroken(place)) {
      report.problem(settings.place("validate_jwk"), {
        reason: "certificates lead nowhere: the edge has no trust store of a system",
        suggestion:
          "write trust_anchors: {source: NAME}, a pem source of the certificates that the issuer's keys must lead to, or remove validate_jwk",
      });
    }
    return {};
  }
  if (anchors.selector !== undefined) {
    report.problem(below(place, "selector"), {
      reason: "every certificate of the source is a trust anchor: there is nothing to select",
      suggestion: "remove it, and keep other certificates in a source of their own",
    });
  }
  context.secret({ source: anchors.source }, "trust anchors", place);
  if (asked !== false) return { trustAnchors: anchors.source };
  report.note(
    settings.place("validate_jwk"),
    "certificates are not judged: trust_anchors is not used",
  );
  return {};
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
    const auth = metadata.resolved_endpoints?.jwks_uri?.auth;
    const path = ["metadata_endpoint", "resolved_endpoints", "jwks_uri"] as const;
    const resolved = auth && compileAuth(auth, path, settings, context);
    return (
      endpoint && {
        endpoint,
        kind: "metadata",
        verifyIssuer,
        cacheTtl,
        ...(resolved ? { resolved } : {}),
      }
    );
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

function tokenType(written: string): string {
  const type = written.toLowerCase().replace(/^application\//, "");
  return type === "absent" ? "" : type;
}
