import type { z } from "zod";
import type { Endpoint, EndpointAuth } from "../../configuration.ts";
import { isLoopback } from "../../loopback.ts";
import type { Path } from "../problem.ts";
import type { endpoint } from "../schema/endpoint.ts";
import type { Context } from "./context.ts";
import { compileNamedSecret, reference } from "./named-secret.ts";
import type { Settings } from "./settings.ts";

export type EndpointSettings = Omit<z.output<typeof endpoint>, "method">;

/** An endpoint of a mechanism, at a key of its config, or at a path. */
export function compileEndpoint(
  written: EndpointSettings,
  at: string | Path,
  settings: Settings,
  context: Context,
): Endpoint | undefined {
  const { report } = context;
  const { url } = written;
  const path = typeof at === "string" ? [at] : at;
  if (url === undefined) {
    if (!report.isBroken(settings.place(...path))) {
      report.problem(settings.place(...path), { reason: "url is missing", allowed: "a URL" });
    }
    return undefined;
  }
  const complaint = judgeUrl(url, written.insecure);
  if (complaint !== undefined) {
    report.problem(settings.place(...path, "url"), complaint);
    return undefined;
  }
  if (written.timeout <= 0) {
    report.problem(settings.place(...path, "timeout"), { reason: "a timeout is longer than 0" });
  }
  const auth = compileAuth(written.auth, path, settings, context);
  return {
    url,
    headers: written.headers,
    timeout: written.timeout,
    ...(written.insecure ? { insecure: true } : {}),
    ...(auth ? { auth } : {}),
  };
}

function judgeUrl(url: string, insecure: boolean) {
  if (url.includes("{{")) {
    return { reason: "this endpoint's URL is no template", suggestion: "write the whole URL" };
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) return { reason: "not a URL" };
  if (parsed.username !== "" || parsed.password !== "") {
    return {
      reason: "a URL with credentials in it",
      suggestion: "write auth: {type: basic_auth, config: ...}",
    };
  }
  if (parsed.hash !== "") return { reason: "an endpoint's URL has no fragment" };
  if (parsed.protocol === "http:" && !isLoopback(parsed.hostname) && !insecure) {
    return {
      reason: "plain http: whoever is on the way could replace the keys",
      suggestion: "write https, or insecure: true beside url if you must",
    };
  }
  return undefined;
}

/**
 * How the edge authenticates to an endpoint, at `path` of its config. What only an authorization
 * server knows is told to the report.
 */
export function compileAuth(
  auth: EndpointSettings["auth"],
  path: Path,
  settings: Settings,
  context: Context,
): EndpointAuth | undefined {
  const below = [...path, "auth", "config"];
  switch (auth?.type) {
    case "basic_auth": {
      const members = ["user_id", "password"] as const;
      const found = compileNamedSecret(auth.config, members, below, settings, context);
      return found && { type: "basic_auth", user: found.name, password: found.secret };
    }
    case "api_key": {
      const { in: where, name, secret } = auth.config;
      const place = settings.place(...below, "secret");
      context.secret(reference(secret), "credentials", place);
      return { type: "api_key", in: where, name, value: reference(secret) };
    }
    case "http_message_signatures": {
      const { signer, components, label, ttl } = auth.config;
      const key = reference(signer.secret);
      context.secret(key, "signing", settings.place(...below, "signer", "secret"));
      const covered = [...new Set(components)];
      return { type: auth.type, key, components: covered, label, tag: signer.name, ttl };
    }
    case "oauth2_client_credentials":
      return compileClientCredentials(auth.config, below, settings, context);
    case "client_secret_basic":
    case "client_secret_post":
    case "private_key_jwt":
      context.report.problem(settings.place(...path, "auth", "type"), {
        reason: `${auth.type} is for an introspection endpoint only: it is how an authorization server knows its clients`,
        allowed: "basic_auth, api_key, oauth2_client_credentials, http_message_signatures",
      });
      return undefined;
    default:
      return undefined;
  }
}

type TokenSettings = Extract<
  NonNullable<EndpointSettings["auth"]>,
  { type: "oauth2_client_credentials" }
>["config"];

function compileClientCredentials(
  config: TokenSettings,
  path: Path,
  settings: Settings,
  context: Context,
): EndpointAuth | undefined {
  const complaint = judgeUrl(config.token_url, config.insecure);
  if (complaint !== undefined) {
    context.report.problem(settings.place(...path, "token_url"), complaint);
    return undefined;
  }
  const members = ["client_id", "client_secret"] as const;
  const found = compileNamedSecret(config, members, path, settings, context);
  if (found === undefined) return undefined;
  const { cache_ttl: cacheTtl, header, scopes, token_url: url } = config;
  const type = config.auth_method === "basic_auth" ? "client_secret_basic" : "client_secret_post";
  return {
    type: "oauth2_client_credentials",
    token: { url, headers: {}, timeout: 5, ...(config.insecure ? { insecure: true } : {}) },
    client: { type, clientId: found.name, secret: found.secret },
    scopes,
    ...(cacheTtl === undefined ? {} : { cacheTtl }),
    header: header
      ? { name: header.name ?? "Authorization", scheme: header.scheme ?? "" }
      : { name: "Authorization", scheme: "Bearer" },
  };
}
