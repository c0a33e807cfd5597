import type { z } from "zod";
import type {
  ClientAuthentication,
  IntrospectionAuthenticator,
  IntrospectionSource,
  SignedAnswer,
} from "../../configuration.ts";
import type { Path } from "../problem.ts";
import { introspectionConfig } from "../schema/introspection-authenticator.ts";
import type { Context } from "./context.ts";
import { compileAuth, compileEndpoint, type EndpointSettings } from "./endpoint.ts";
import { judgeCacheTtl } from "./jwt-authenticator.ts";
import { compileNamedSecret, reference } from "./named-secret.ts";
import type { Settings } from "./settings.ts";
import { compileDemands, judgeSource } from "./token-demands.ts";
import { eachIssuer } from "./token-issuer.ts";

type IntrospectionSettings = z.output<typeof introspectionConfig>;

/** One authenticator; several where the endpoint depends on the token's issuer, one for each. */
export function compileIntrospection(
  settings: Settings,
  id: string,
  context: Context,
): readonly IntrospectionAuthenticator[] {
  const config = settings.read(introspectionConfig, context.report);
  if (config === undefined) return [];
  judgeSource(config.token_source, "token_source", settings, context);
  judgeCacheTtl(config.cache_ttl, settings, context);
  const demands = compileDemands(config, settings, id, context);
  const keys = ["introspection_endpoint", "metadata_endpoint"] as const;
  return eachIssuer(config, keys, settings, context).flatMap(({ config, issuers, split }) => {
    const introspection = compileSource(config, settings, context);
    if (introspection === undefined) return [];
    const signed = compileSigned(config, introspection, settings, context);
    return [
      {
        type: "oauth2_introspection",
        ...demands,
        issuers,
        introspection,
        cacheTtl: config.cache_ttl,
        onlyJwt: split,
        ...(signed ? { signed } : {}),
      },
    ];
  });
}

function compileSource(
  config: IntrospectionSettings,
  settings: Settings,
  context: Context,
): IntrospectionSource | undefined {
  const { report } = context;
  const { introspection_endpoint: direct, metadata_endpoint: metadata } = config;
  if (direct !== undefined && metadata !== undefined) {
    report.problem(settings.place("metadata_endpoint"), {
      reason: "introspection_endpoint and metadata_endpoint exclude each other",
      suggestion: "remove one of them",
    });
    return undefined;
  }
  if (direct !== undefined) {
    const key = "introspection_endpoint";
    const { auth, ...rest } = direct;
    const endpoint = compileEndpoint(rest, key, settings, context);
    const how = compileCredentials(auth, [key], settings, context);
    if (endpoint === undefined) return undefined;
    const withAuth = how.auth ? { ...endpoint, auth: how.auth } : endpoint;
    return { kind: "direct", endpoint: withAuth, verifyIssuer: true, ...clientOf(how) };
  }
  if (metadata !== undefined) {
    const endpoint = compileEndpoint(metadata, "metadata_endpoint", settings, context);
    const path = ["metadata_endpoint", "resolved_endpoints", "introspection_endpoint"];
    const auth = metadata.resolved_endpoints?.introspection_endpoint?.auth;
    const how = compileCredentials(auth, path, settings, context);
    const verifyIssuer = !metadata.disable_issuer_identifier_verification;
    return (
      endpoint && {
        kind: "metadata",
        endpoint,
        verifyIssuer,
        ...(how.auth ? { resolved: how.auth } : {}),
        ...clientOf(how),
      }
    );
  }
  const broken = ["introspection_endpoint", "metadata_endpoint"].some((key) =>
    report.isBroken(settings.place(key)),
  );
  if (!broken) {
    report.problem(settings.place(), {
      reason: "introspection_endpoint or metadata_endpoint is missing",
      suggestion: "write introspection_endpoint: {url: https://ISSUER/introspect, auth: ...}",
    });
  }
  return undefined;
}

interface Credentials {
  readonly auth?: ReturnType<typeof compileAuth>;
  readonly client?: ClientAuthentication | undefined;
}

function clientOf({ client }: Credentials): { readonly client?: ClientAuthentication } {
  return client === undefined ? {} : { client };
}

function compileCredentials(
  auth: EndpointSettings["auth"],
  path: Path,
  settings: Settings,
  context: Context,
): Credentials {
  const below = [...path, "auth", "config"];
  switch (auth?.type) {
    case "client_secret_basic":
    case "client_secret_post": {
      const members = ["client_id", "client_secret"] as const;
      const found = compileNamedSecret(auth.config, members, below, settings, context);
      if (found === undefined) return {};
      return { client: { type: auth.type, clientId: found.name, secret: found.secret } };
    }
    case "private_key_jwt": {
      const { client_id: clientId, key, audience } = auth.config;
      const place = settings.place(...below, "key");
      context.secret(reference(key), "signing", place);
      const aud = audience === undefined ? {} : { audience };
      return { client: { type: auth.type, clientId, key: reference(key), ...aud } };
    }
    default:
      return { auth: compileAuth(auth, path, settings, context) };
  }
}

/** RFC 9701 section 5: by whose keys an answer is signed, and whom it must be meant for. */
function compileSigned(
  config: IntrospectionSettings,
  source: IntrospectionSource,
  settings: Settings,
  context: Context,
): SignedAnswer | undefined {
  const { report } = context;
  const written = config.signed_answer;
  if (written === undefined) return undefined;
  const place = (key: string) => settings.place("signed_answer", key);
  const known = source.client?.clientId;
  const audience = written.audience ?? (typeof known === "string" ? known : undefined);
  if (audience === undefined && !report.isBroken(place("audience"))) {
    report.problem(place("audience"), {
      reason: "audience is missing: whom a signed answer must be meant for",
      suggestion: "write audience: OUR_CLIENT_ID",
    });
  }
  const keys = signingKeys(config, source, settings, context);
  if (audience === undefined || keys === undefined) return undefined;
  return { keys, audience: typeof audience === "string" ? [audience] : audience };
}

function signingKeys(
  config: IntrospectionSettings,
  { kind, endpoint, verifyIssuer }: IntrospectionSource,
  settings: Settings,
  context: Context,
): SignedAnswer["keys"] | undefined {
  const { report } = context;
  const cacheTtl = 600;
  const jwks = config.signed_answer?.jwks_endpoint;
  if (jwks !== undefined) {
    const path = ["signed_answer", "jwks_endpoint"];
    const found = compileEndpoint(jwks, path, settings, context);
    if (config.assertions.issuers === undefined && kind === "direct") missingIssuers();
    return found && { endpoint: found, kind: "jwks", verifyIssuer: true, cacheTtl };
  }
  if (kind === "metadata") return { endpoint, kind, verifyIssuer, cacheTtl };
  if (!report.isBroken(settings.place("signed_answer", "jwks_endpoint"))) {
    report.problem(settings.place("signed_answer", "jwks_endpoint"), {
      reason: "jwks_endpoint is missing: by whose keys an answer is signed",
      suggestion: "write jwks_endpoint: https://ISSUER/path/to/keys, or use metadata_endpoint",
    });
  }
  return undefined;

  function missingIssuers(): void {
    report.problem(settings.place("assertions", "issuers"), {
      reason: "issuers is missing: with signed_answer it says who signs",
      suggestion: "write assertions: {issuers: [https://ISSUER]}",
    });
  }
}
