import type { z } from "zod";
import type {
  CredentialSource,
  GenericAuthenticator,
  SessionLifespan,
  Template,
} from "../../configuration.ts";
import type { Path } from "../problem.ts";
import { identityConfig } from "../schema/identity.ts";
import type { Context } from "./context.ts";
import { compileEndpoint } from "./endpoint.ts";
import { judgeCacheTtl } from "./jwt-authenticator.ts";
import type { Settings } from "./settings.ts";
import { compilePayload, compileTemplate } from "./templates.ts";
import { compileTimeLayout } from "./time-layout.ts";
import { compilePrincipal, longestLeeway } from "./token-demands.ts";
import { isForm } from "./url-template.ts";

type IdentitySettings = z.output<typeof identityConfig>;

/** Of what is bound after all: the documents' own defaults. */
const demands = {
  issuers: [],
  audience: [],
  algorithms: ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA", "Ed25519"],
  leeway: 10,
  possession: {
    enforcement: "opportunistic",
    maxAge: 60,
    nonceRequired: false,
    replayAllowed: false,
  },
  signaling: { enabled: false, description: false, algorithms: false },
} as const;

export function compileIdentity(
  settings: Settings,
  id: string,
  context: Context,
): GenericAuthenticator | undefined {
  const config = settings.read(identityConfig, context.report);
  if (config === undefined) return undefined;
  judgeCacheTtl(config.cache_ttl, settings, context);
  for (const key of [
    "identity_info_endpoint",
    "authentication_data_source",
    "principal",
  ] as const) {
    if (config[key] !== undefined || context.report.isBroken(settings.place(key))) continue;
    context.report.problem(settings.place(key), { reason: `${key} is missing` });
  }
  const identity = compileAsked(config, settings, context);
  const lifespan = compileLifespan(config, settings, context);
  const payload =
    config.payload === undefined
      ? undefined
      : compileSeen(config.payload, ["payload"], settings, context, compilePayload);
  const sources = compileSources(config, settings, context);
  if (identity === undefined || sources.length === 0 || config.principal === undefined)
    return undefined;
  return {
    type: "generic",
    id,
    ...demands,
    principal: compilePrincipal(config.principal),
    identity,
    sources,
    forwardHeaders: config.forward_headers,
    forwardCookies: config.forward_cookies,
    cacheTtl: config.cache_ttl,
    ...(payload ? { payload } : {}),
    ...(lifespan ? { lifespan } : {}),
  };
}

/** The URL is judged with a credential in it: a template may stand for nothing but what follows the host. */
function compileAsked(
  { identity_info_endpoint: written }: IdentitySettings,
  settings: Settings,
  context: Context,
): GenericAuthenticator["identity"] | undefined {
  if (written === undefined) return undefined;
  const key = "identity_info_endpoint";
  const source = written.url ?? "";
  if (source.includes("{{") && !/^https?:\/\/[^/?#{}\s]+[/?]/.test(source)) {
    context.report.problem(settings.place(key, "url"), {
      reason:
        "scheme and host of an endpoint are no template: a client would choose whom the edge asks",
      suggestion: "write the host, and a template behind it",
    });
    return undefined;
  }
  const probe = written.url === undefined ? {} : { url: source.replace(/\{\{.*?\}\}/gs, "x") };
  const endpoint = compileEndpoint({ ...written, ...probe }, key, settings, context);
  const url = compileSeen(source, [key, "url"], settings, context);
  const headers = Object.entries(written.headers).flatMap(([name, value]) => {
    const template = compileSeen(value, [key, "headers", name], settings, context);
    return template === undefined ? [] : [[name, template] as const];
  });
  if (endpoint === undefined || url === undefined) return undefined;
  const { timeout, auth } = endpoint;
  return {
    endpoint: { timeout, ...(auth ? { auth } : {}) },
    method: written.method,
    url,
    headers: Object.fromEntries(headers),
  };
}

/**
 * A template that sees the credential. In a URL and in a form it must be escaped: a client would
 * otherwise write parameters and paths of its own.
 */
function compileSeen(
  source: string,
  path: Path,
  settings: Settings,
  context: Context,
  compile = compileTemplate,
): Template | undefined {
  const place = settings.place(...path);
  const actions = source.match(/\{\{.*?\}\}/gs) ?? [];
  const seen = source.replace(/\{\{.*?\}\}/gs, (action) =>
    action.replace(/(^|[\s({|])\.AuthenticationData\b/g, "$1.Values.AuthenticationData"),
  );
  const template = compile(seen, place, context.report);
  const form = path.at(-1) === "payload" && template !== undefined && isForm(template);
  const bare = actions.find(
    (action) => /AuthenticationData/.test(action) && !/urlenc/.test(action),
  );
  if ((form || path.at(-1) === "url") && bare !== undefined) {
    context.report.problem(place, {
      reason: "the credential is not escaped: a client could write parameters of its own",
      found: bare,
      suggestion: "write {{ urlenc .AuthenticationData }}",
    });
    return undefined;
  }
  return template;
}

function compileSources(
  { authentication_data_source: written = [] }: IdentitySettings,
  settings: Settings,
  { report }: Context,
): readonly CredentialSource[] {
  return written.flatMap((source, index): CredentialSource[] => {
    if ("header" in source) {
      const { header: name, scheme } = source;
      return [{ kind: "header", name, ...(scheme === undefined ? {} : { scheme }) }];
    }
    if ("cookie" in source) return [{ kind: "cookie", name: source.cookie }];
    const place = settings.place("authentication_data_source", index);
    if ("query_parameter" in source) {
      report.note(
        place,
        "a credential in a URL ends in histories and logs; use a header or a cookie",
      );
      return [{ kind: "query", name: source.query_parameter }];
    }
    report.problem(place, {
      reason: "a credential is not read from a body: it is judged before the body is read",
      suggestion: "send it in a header or a cookie",
    });
    return [];
  });
}

function compileLifespan(
  { session_lifespan: written }: IdentitySettings,
  settings: Settings,
  { report }: Context,
): SessionLifespan | undefined {
  if (written === undefined) return undefined;
  const place = (key: string) => settings.place("session_lifespan", key);
  if (written.validity_leeway > longestLeeway) {
    report.problem(place("validity_leeway"), {
      reason: "validity_leeway is at most 5m: a session that ended lives longer by it",
      found: `${written.validity_leeway}s`,
    });
  }
  const { active, issued_at, not_before, not_after, time_format } = written;
  const format = time_format === undefined ? undefined : compileTimeLayout(time_format);
  if (time_format !== undefined && format === undefined) {
    report.problem(place("time_format"), {
      reason: "not a layout that reads a whole date",
      found: JSON.stringify(time_format),
      allowed:
        'the time Mon Jan 2 15:04:05 2006 as it is written there: "2006-01-02T15:04:05Z07:00"',
    });
  }
  return {
    ...(active === undefined ? {} : { active }),
    ...(issued_at === undefined ? {} : { issuedAt: issued_at }),
    ...(not_before === undefined ? {} : { notBefore: not_before }),
    ...(not_after === undefined ? {} : { notAfter: not_after }),
    ...(format === undefined ? {} : { format }),
    leeway: written.validity_leeway,
  };
}
