import type { Configuration, ProtectedResource, Rule, TokenDemands } from "../../configuration.ts";
import { matchesHost } from "../../route/host.ts";
import { readsTokens } from "../../token/reads-tokens.ts";
import { below, type Place, type Report } from "../report.ts";
import { protectedResource } from "../schema/protected-resource.ts";
import { typed } from "../validate.ts";
import type { CompiledRule } from "./rule.ts";
import { merge } from "./settings.ts";

/** A `protected_resource` as validated, where it stands, and the rule whose it is. */
interface Declared {
  readonly value: unknown;
  readonly place: Place;
  readonly rule?: Rule;
}

type Served = Pick<Configuration, "publicOrigins">;

/**
 * Every resource of the documents, the nearest one of a URL first, and the rules with the resource
 * as the audience of the authenticators that name none.
 */
export function compileProtectedResources(
  served: { readonly value: unknown; readonly place: Place },
  compiled: readonly CompiledRule[],
  { publicOrigins }: Served,
  report: Report,
): { readonly resources: readonly ProtectedResource[]; readonly rules: readonly Rule[] } {
  const rules = compiled.map(({ rule }) => rule);
  const declared: Declared[] = compiled.flatMap(({ rule, resource }) =>
    resource === undefined
      ? []
      : [{ ...resource, rule, value: merge(served.value, resource.value) }],
  );
  if (served.value !== undefined) declared.push(served);
  const found = new Map<string, ProtectedResource>();
  const own = new Map<Rule, ProtectedResource>();
  for (const each of declared) {
    const resource = compileOne(each, rules, publicOrigins, report);
    if (resource === undefined) continue;
    const key = JSON.stringify([resource.path, resource.hosts]);
    const known = found.get(key);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(resource)) {
      report.problem(each.place, {
        reason: `another rule says something else of the same resource ${resource.path || "/"}`,
        suggestion: "write protected_resource once: rules of paths below it share it",
      });
    }
    found.set(key, known ?? resource);
    if (each.rule) own.set(each.rule, resource);
  }
  const resources = [...found.values()].toSorted(
    (a, b) => b.path.length - a.path.length || b.hosts.length - a.hosts.length,
  );
  // A rule that declares one is for it, whatever path its first route has.
  const resourceOf = (rule: Rule) =>
    own.get(rule) ?? resources.find((each) => isWithin(rule, each));
  return {
    resources,
    rules: rules.map((rule) => withAudience(rule, resourceOf(rule), publicOrigins)),
  };
}

function compileOne(
  { value, place, rule }: Declared,
  rules: readonly Rule[],
  publicOrigins: readonly string[],
  report: Report,
): ProtectedResource | undefined {
  const settings = typed(protectedResource, value);
  if (settings === undefined) return undefined;
  const path = pathOf(settings.resource, place, publicOrigins, report) ?? literalPath(rule);
  const hosts = rule?.match.hosts ?? [];
  const authenticators = rules
    .filter((each) => each === rule || isWithin(each, { path, hosts }))
    .flatMap((each) => each.authenticators)
    .filter(readsTokens);
  const issuers = settings.authorization_servers ?? unique(authenticators, (each) => each.issuers);
  if (issuers.length === 0) {
    report.problem(place, {
      reason: "nothing says which issuers give tokens for the resource",
      suggestion: "write authorization_servers: [https://idp.example]",
    });
  }
  judgeAudience(authenticators, path, originsOf(hosts, publicOrigins), place, report);
  const scopes =
    settings.scopes_supported ?? unique(authenticators, (each) => each.scopes?.values ?? []);
  return {
    path,
    hosts,
    metadata: {
      authorization_servers: issuers,
      ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
      bearer_methods_supported: ["header"],
      ...(settings.resource_name === undefined ? {} : { resource_name: settings.resource_name }),
      ...(settings.resource_documentation === undefined
        ? {}
        : { resource_documentation: settings.resource_documentation }),
      ...(settings.jwks_uri === undefined ? {} : { jwks_uri: settings.jwks_uri }),
      dpop_signing_alg_values_supported: unique(authenticators, (each) => each.algorithms),
      dpop_bound_access_tokens_required: authenticators.every(
        ({ possession }) =>
          possession.enforcement === "required" && possession.confidentialClients === undefined,
      ),
    },
  };
}

/** A written resource's path, without a slash at its end; its origin must be one that is served. */
function pathOf(
  written: string | undefined,
  place: Place,
  publicOrigins: readonly string[],
  report: Report,
): string | undefined {
  if (written === undefined) return undefined;
  if (written === "" || written.startsWith("/")) return written.replace(/\/+$/, "");
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || (publicOrigins.length > 0 && !publicOrigins.includes(url.origin))) {
    report.problem(below(place, "resource"), {
      reason: "not a URL of this edge",
      found: JSON.stringify(written),
      ...(publicOrigins.length > 0 ? { allowed: publicOrigins.join(", ") } : {}),
    });
    return undefined;
  }
  return url.pathname.replace(/\/+$/, "");
}

/** `/mcp` of `/mcp/**`. */
function literalPath(rule: Rule | undefined): string {
  const segments = rule?.match.routes[0]?.segments ?? [];
  const wildcard = segments.findIndex(({ kind }) => kind !== "literal");
  const literals = wildcard === -1 ? segments : segments.slice(0, wildcard);
  return literals
    .map((segment) => (segment.kind === "literal" ? `/${encodeURIComponent(segment.value)}` : ""))
    .join("")
    .replace(/\/+$/, "");
}

function isWithin(rule: Rule, { path, hosts }: Pick<ProtectedResource, "path" | "hosts">): boolean {
  const own = literalPath(rule);
  const { match } = rule;
  const sharesHost =
    hosts.length === 0 ||
    match.hosts.length === 0 ||
    match.hosts.some((host) => hosts.includes(host));
  return sharesHost && (own === path || own.startsWith(`${path}/`));
}

/** Clients ask for tokens for the resource (RFC 8707): those must be accepted here. */
function judgeAudience(
  authenticators: readonly TokenDemands[],
  path: string,
  publicOrigins: readonly string[],
  place: Place,
  report: Report,
): void {
  const resources = publicOrigins.map((origin) => `${origin}${path}`);
  const other = authenticators.find(
    ({ audience }) => audience.length > 0 && !audience.some((each) => resources.includes(each)),
  );
  if (other === undefined || resources.length === 0) return;
  report.note(
    place,
    `clients ask for tokens for ${resources.join(" or ")}, and the audience of ${other.id} is ${other.audience.join(", ")}`,
  );
}

function withAudience(
  rule: Rule,
  resource: ProtectedResource | undefined,
  publicOrigins: readonly string[],
): Rule {
  if (resource === undefined || publicOrigins.length === 0) return rule;
  const origins = originsOf(rule.match.hosts, publicOrigins);
  const audience = origins.map((origin) => `${origin}${resource.path}`);
  const authenticators = rule.authenticators.map((each) =>
    readsTokens(each) && each.audience.length === 0 ? { ...each, audience } : each,
  );
  return { ...rule, authenticators };
}

/** Where a rule of these hosts is asked: a token for another of our origins is for another resource. */
function originsOf(hosts: readonly string[], publicOrigins: readonly string[]): readonly string[] {
  const own = publicOrigins.filter(
    (origin) => URL.canParse(origin) && hosts.some((host) => matchesHost(host, new URL(origin))),
  );
  return own.length === 0 ? publicOrigins : own;
}

function unique(
  authenticators: readonly TokenDemands[],
  of: (authenticator: TokenDemands) => readonly string[],
): readonly string[] {
  return [...new Set(authenticators.flatMap(of))];
}
