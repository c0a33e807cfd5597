import type { ClientCredentialsFinalizer } from "../../configuration.ts";
import { clientCredentialsConfig } from "../schema/finalizers.ts";
import type { Context } from "./context.ts";
import { compileEndpoint } from "./endpoint.ts";
import { compileNamedSecret } from "./named-secret.ts";
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
  const client = compileNamedSecret(config, ["client_id", "client_secret"], [], settings, context);
  if (endpoint === undefined || client === undefined) return undefined;
  const { header, cache_ttl: cacheTtl } = config;
  return {
    type: "oauth2_client_credentials",
    id,
    endpoint,
    client: {
      type: config.auth_method === "basic_auth" ? "client_secret_basic" : "client_secret_post",
      clientId: client.name,
      secret: client.secret,
    },
    scopes: config.scopes,
    ...(cacheTtl === undefined ? {} : { cacheTtl }),
    header: header
      ? { name: header.name ?? "Authorization", scheme: header.scheme ?? "" }
      : { name: "Authorization", scheme: "Bearer" },
  };
}
