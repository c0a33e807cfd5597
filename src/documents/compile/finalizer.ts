import type { Finalizer, JwtFinalizer, Template } from "../../configuration.ts";
import type { Place } from "../report.ts";
import { cookieConfig, headerConfig, jwtFinalizerConfig } from "../schema/finalizers.ts";
import { compileClientCredentials } from "./client-credentials.ts";
import type { Context } from "./context.ts";
import { reference } from "./named-secret.ts";
import type { Mechanism, Settings } from "./settings.ts";
import { compileClaims, compileTemplates } from "./templates.ts";

/** @param id the step's own name, or the mechanism's */
export function compileFinalizer(
  mechanism: Mechanism,
  settings: Settings,
  id: string,
  context: Context,
): Finalizer | undefined {
  switch (mechanism.type) {
    case "noop":
      return { type: "noop", id };
    case "header":
      return compileHeaders(settings, id, context);
    case "oauth2_client_credentials":
      return compileClientCredentials(settings, id, context);
    case "cookie":
      return compileCookies(settings, id, context);
    default:
      return compileJwt(settings, id, context);
  }
}

/** RFC 9110 section 7.6.1, and what says where a message ends and who it is for. */
const connectionHeaders =
  /^(connection|content-length|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

function compileHeaders(settings: Settings, id: string, context: Context): Finalizer | undefined {
  const { report } = context;
  const config = settings.read(headerConfig, report);
  if (config === undefined) return undefined;
  if (config.headers === undefined || Object.keys(config.headers).length === 0) {
    if (!report.isBroken(settings.place())) {
      report.problem(settings.place("headers"), {
        reason: "headers is missing",
        suggestion: "write headers: {X-User: '{{ .Subject.ID }}'}",
      });
    }
    return undefined;
  }
  for (const name of Object.keys(config.headers))
    judgeName(name, { ...settings.place("headers", name), at: "key" }, context);
  const headers = compileTemplates(
    config.headers,
    (name) => settings.place("headers", name),
    report,
  );
  for (const [name, template] of Object.entries(headers))
    judgeText(template, settings.place("headers", name), context);
  return { type: "header", id, headers };
}

/** What a template renders is encoded where it must be; what is written in it can be written right. */
function judgeText(template: Template, place: Place, context: Context): void {
  for (const node of template) {
    switch (node.kind) {
      case "text": {
        const unfit = /[^\t\r\n\x20-\x7e]/u.exec(node.text)?.[0];
        if (unfit === undefined) break;
        context.report.problem(place, {
          reason: "a header cannot carry this character",
          found: JSON.stringify(unfit),
          suggestion: "write ASCII; what a template renders is encoded by itself (RFC 8187)",
        });
        break;
      }
      case "if":
        judgeText(node.whenTrue, place, context);
        judgeText(node.whenFalse, place, context);
        break;
      case "range":
        judgeText(node.body, place, context);
        judgeText(node.whenEmpty, place, context);
    }
  }
}

function compileCookies(settings: Settings, id: string, context: Context): Finalizer | undefined {
  const { report } = context;
  const config = settings.read(cookieConfig, report);
  if (config === undefined) return undefined;
  if (config.cookies === undefined || Object.keys(config.cookies).length === 0) {
    if (!report.isBroken(settings.place())) {
      report.problem(settings.place("cookies"), {
        reason: "cookies is missing",
        suggestion: "write cookies: {user: '{{ .Subject.ID | urlenc }}'}",
      });
    }
    return undefined;
  }
  const cookies = compileTemplates(
    config.cookies,
    (name) => settings.place("cookies", name),
    report,
  );
  return { type: "cookie", id, cookies };
}

export function judgeName(
  name: string,
  place: ReturnType<Settings["place"]>,
  { report }: Context,
): void {
  if (!connectionHeaders.test(name)) return;
  report.problem(place, { reason: `${name} belongs to the connection and cannot be set` });
}

/** Seconds. A token is made for every request, or nearly: a longer life serves whoever steals it. */
const longestUseful = 3600;

function compileJwt(settings: Settings, id: string, context: Context): JwtFinalizer | undefined {
  const { report } = context;
  const config = settings.read(jwtFinalizerConfig, report);
  if (config === undefined) return undefined;
  if (config.ttl > longestUseful) {
    report.note(
      settings.place("ttl"),
      "an internal token that lives longer than an hour is as good as a stolen one: minutes are enough",
    );
  }
  if (config.ttl < 1) report.problem(settings.place("ttl"), { reason: "ttl is at least 1s" });
  if (config.header?.name !== undefined)
    judgeName(config.header.name, settings.place("header", "name"), context);
  if (config.audience === undefined && !report.isBroken(settings.place("audience"))) {
    report.note(
      settings.place("signer"),
      "without audience, an upstream that gets this token could use it at another; write audience: UPSTREAM beside signer",
    );
  }
  const values = compileTemplates(config.values, (name) => settings.place("values", name), report);
  const claims =
    config.claims === undefined
      ? undefined
      : compileClaims(
          config.claims,
          settings.place("claims"),
          report,
          config.audience === undefined ? ["aud"] : [],
        );
  const secret = config.signer?.secret;
  if (config.signer === undefined || secret === undefined) {
    if (!report.isBroken(settings.place("signer"))) {
      report.problem(settings.place("signer"), {
        reason: "signer is missing",
        suggestion:
          "write signer: {source: NAME}, and a pem or jwks source NAME under secret_management",
      });
    }
    return undefined;
  }
  const transacts = config.shape === "transaction_token";
  if (transacts && config.audience?.length !== 1) {
    report.problem(settings.place("audience"), {
      reason: "a transaction token's audience is its one trust domain",
      suggestion: "write audience: https://trust-domain.example",
    });
  }
  context.secret(reference(secret), "signing", settings.place("signer", "secret"));
  return {
    type: "jwt",
    id,
    signer: { ...reference(secret), name: config.signer.name },
    ttl: config.ttl,
    ...(claims === undefined ? {} : { claims }),
    values,
    header: compileHeader(config.header ?? (transacts ? { name: "Txn-Token" } : undefined)),
    ...(transacts ? { shape: "transaction_token" } : {}),
    ...(config.audience === undefined ? {} : { audience: config.audience }),
  };
}

/** A header without a scheme carries the bare token, as it does in Heimdall. */
function compileHeader(
  header: { name?: string | undefined; scheme?: string | undefined } | undefined,
) {
  if (header === undefined) return { name: "Authorization", scheme: "Bearer" };
  return { name: header.name ?? "Authorization", scheme: header.scheme ?? "" };
}
