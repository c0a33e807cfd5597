import type { z } from "zod";
import type { Endpoint, EndpointAuth } from "../../configuration.ts";
import { isLoopback } from "../../loopback.ts";
import type { endpoint } from "../schema/endpoint.ts";
import type { Context } from "./context.ts";
import type { Settings } from "./settings.ts";

type EndpointSettings = z.output<typeof endpoint>;

/** An endpoint of a mechanism, at `key` of its config. */
export function compileEndpoint(
  written: EndpointSettings,
  key: string,
  settings: Settings,
  context: Context,
): Endpoint | undefined {
  const { report } = context;
  const { url } = written;
  if (url === undefined) {
    if (!report.isBroken(settings.place(key))) {
      report.problem(settings.place(key), { reason: "url is missing", allowed: "a URL" });
    }
    return undefined;
  }
  const complaint = judgeUrl(url, written.insecure);
  if (complaint !== undefined) {
    report.problem(settings.place(key, "url"), complaint);
    return undefined;
  }
  if (written.timeout <= 0) {
    report.problem(settings.place(key, "timeout"), { reason: "a timeout is longer than 0" });
  }
  const auth = compileAuth(written, key, settings, context);
  return {
    url,
    headers: written.headers,
    timeout: written.timeout,
    ...(written.insecure ? { insecure: true } : {}),
    ...(auth ? { auth } : {}),
  };
}

function judgeUrl(url: string, insecure: boolean) {
  if (url.includes("{{")) return { reason: "a template in an endpoint's URL is not supported yet" };
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

function compileAuth(
  { auth }: EndpointSettings,
  key: string,
  settings: Settings,
  context: Context,
): EndpointAuth | undefined {
  switch (auth?.type) {
    case "basic_auth":
      return basicAuth(auth.config, key, settings, context);
    case "api_key": {
      const { in: where, name, secret } = auth.config;
      const path = [key, "auth", "config", "secret"] as const;
      context.secret(
        reference(secret),
        "credentials",
        settings.place(...path),
        settings.isOverridden(...path),
      );
      return { type: "api_key", in: where, name, value: reference(secret) };
    }
    default:
      return undefined;
  }
}

type BasicAuth = Extract<NonNullable<EndpointSettings["auth"]>, { type: "basic_auth" }>["config"];

/** Either a user and a password of its own, or an inline entry that holds both. */
function basicAuth(
  { credentials, user_id, password }: BasicAuth,
  key: string,
  settings: Settings,
  context: Context,
): EndpointAuth | undefined {
  const path = [key, "auth", "config"] as const;
  if (credentials !== undefined) {
    const user = context.inlineValue(credentials.source, `${credentials.selector}/user_id`);
    const secret = { source: credentials.source, selector: `${credentials.selector}/password` };
    const place = settings.place(...path, "credentials");
    const inRule = settings.isOverridden(...path, "credentials");
    if (!context.secret(secret, "credentials", place, inRule)) return undefined;
    if (user !== undefined) return { type: "basic_auth", user, password: secret };
    context.report.problem(place, {
      reason: "credentials must be an inline entry with user_id and password",
      suggestion: "write user_id: NAME and password: {source: SOURCE, selector: NAME} instead",
    });
    return undefined;
  }
  if (user_id === undefined || password === undefined) {
    context.report.problem(settings.place(...path), {
      reason: "basic_auth needs user_id and password, or credentials",
    });
    return undefined;
  }
  const place = settings.place(...path, "password");
  context.secret(
    reference(password),
    "credentials",
    place,
    settings.isOverridden(...path, "password"),
  );
  return { type: "basic_auth", user: user_id, password: reference(password) };
}

/** Without members that are undefined: the configuration is JSON. */
export function reference({ source, selector }: { source: string; selector?: string | undefined }) {
  return selector === undefined ? { source } : { source, selector };
}
