import type { ClientCredentialsFinalizer, SecretReference } from "../../configuration.ts";
import { clientCredentialsConfig } from "../schema/finalizers.ts";
import type { Context } from "./context.ts";
import { compileEndpoint } from "./endpoint.ts";
import { reference } from "./named-secret.ts";
import type { Settings } from "./settings.ts";

/** The finalizer `oauth2_client_credentials`. */
export function compileClientCredentials(
  settings: Settings,
  id: string,
  context: Context,
): ClientCredentialsFinalizer | undefined {
  const { report } = context;
  const config = settings.read(clientCredentialsConfig, report);
  if (config === undefined) return undefined;
  const { token_url: url, timeout, insecure } = config;
  if (url === undefined) {
    if (!report.isBroken(settings.place("token_url")))
      report.problem(settings.place("token_url"), {
        reason: "token_url is missing",
        allowed: "a URL",
      });
    return undefined;
  }
  const written = { url, timeout, insecure, headers: {} };
  const endpoint = compileEndpoint(written, "token_url", settings, context);
  const client = clientOf(config, settings, context);
  if (endpoint === undefined || client === undefined) return undefined;
  const { header, cache_ttl: cacheTtl } = config;
  return {
    type: "oauth2_client_credentials",
    id,
    endpoint,
    client: {
      type: config.auth_method === "basic_auth" ? "client_secret_basic" : "client_secret_post",
      ...client,
    },
    scopes: config.scopes,
    ...(cacheTtl === undefined ? {} : { cacheTtl }),
    header: header
      ? { name: header.name ?? "Authorization", scheme: header.scheme ?? "" }
      : { name: "Authorization", scheme: "Bearer" },
  };
}

interface Client {
  readonly clientId: string;
  readonly secret: SecretReference;
}

function clientOf(
  config: ReturnType<typeof clientCredentialsConfig.parse>,
  settings: Settings,
  context: Context,
): Client | undefined {
  const { credentials, client_id: clientId, client_secret: written } = config;
  const place = settings.place(credentials ? "credentials" : "client_secret");
  const secret = credentials
    ? { source: credentials.source, selector: `${credentials.selector ?? ""}/client_secret` }
    : written && reference(written);
  const name = credentials
    ? context.inlineValue(credentials.source, `${credentials.selector ?? ""}/client_id`)
    : clientId;
  if (secret === undefined) {
    context.report.problem(settings.place(), {
      reason: "who asks for the token is missing",
      suggestion: "write client_id: NAME and client_secret: {source: SOURCE, selector: NAME}",
    });
    return undefined;
  }
  if (!context.secret(secret, "credentials", place, false)) return undefined;
  if (name !== undefined) return { clientId: name, secret };
  context.report.problem(place, {
    reason: "credentials must be an inline entry with client_id and client_secret",
    suggestion: "write client_id: NAME and client_secret: {source: SOURCE, selector: NAME} instead",
  });
  return undefined;
}
