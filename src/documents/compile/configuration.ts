import type { Authenticator, Configuration } from "../../configuration.ts";
import { fingerprint } from "../../event/fingerprint.ts";
import { isRecord } from "../../record.ts";
import { readsTokens } from "../../token/reads-tokens.ts";
import type { Document } from "../reading.ts";
import { below, type Report } from "../report.ts";
import { health } from "../schema/health.ts";
import { secretReference } from "../schema/secrets.ts";
import { typed } from "../validate.ts";
import { compileAuthenticator } from "./authenticator.ts";
import { type Catalogue, catalogueOf } from "./catalogue.ts";
import { judgeCollisions } from "./collisions.ts";
import type { Context, Target } from "./context.ts";
import { asDefaultRule, compileDefaultRule } from "./default-rule.ts";
import { compileErrorHandler } from "./error-handler.ts";
import { compileFinalizer } from "./finalizer.ts";
import { reference } from "./named-secret.ts";
import { needsOf } from "./needs.ts";
import { compilePolicyStep } from "./policy.ts";
import { compileProtectedResources } from "./protected-resource.ts";
import { judgeRegions } from "./regions.ts";
import { compileReplay } from "./replay.ts";
import { compileRevocation } from "./revocation.ts";
import { type CompiledRule, compileRule, type Surroundings } from "./rule.ts";
import { compileSources } from "./secrets.ts";
import { compileServe } from "./serve.ts";
import { settingsOf } from "./settings.ts";

/** A document with its value as validated: without what was wrong or means nothing. */
export interface Validated {
  readonly document: Document;
  readonly value: unknown;
}

/** Puts the documents together and judges what a schema cannot; the report says whether it counts. */
export function compileConfiguration(
  mechanisms: Validated,
  ruleSets: readonly Validated[],
  report: Report,
  target: Target | undefined,
): Configuration {
  const { document } = mechanisms;
  const value = record(mechanisms.value);
  const written = record(document.value);
  const at = (key: string) => ({ document, path: [key] });
  const declared = Object.keys(record(written.secret_management));
  const sources = compileSources(
    value.secret_management,
    declared,
    at("secret_management"),
    report,
    target,
  );
  const context: Context = {
    report,
    ...(target === undefined ? {} : { target }),
    withoutAudience: [],
    hasMasterKey: written.master_key !== undefined || report.isBroken(at("master_key")),
    secret: sources.secret,
    inlineValue: sources.inlineValue,
  };
  const masterKey = typed(secretReference, value.master_key);
  if (masterKey !== undefined) context.secret(reference(masterKey), "nonces", at("master_key"));
  const serve = compileServe(value.serve, at("serve"), report, target);
  const catalogue = catalogueOf(document, value, report);
  const inherited = compileDefaultRule(
    written.default_rule,
    value.default_rule,
    at("default_rule"),
    catalogue,
    context,
  );
  const surroundings = {
    catalogue,
    context,
    inherited,
    mayInherit: written.default_rule !== undefined || report.isBroken(at("default_rule")),
    cors: record(value.serve).cors,
    origins: serve.publicOrigins,
  };
  for (const set of ruleSets) judgeEmpty(set.document, report);
  const compiled = ruleSets.flatMap((set) => compileRuleSet(set, surroundings));
  judgeIds(ruleSets, report);
  judgeCollisions(
    compiled.map(({ rule, places }) => ({ id: rule.id, match: rule.match, places })),
    report,
  );
  judgeUnused(catalogue, document, ruleSets, context);
  const { rules, resources } = compileProtectedResources(
    {
      value: record(value.serve).protected_resource,
      place: below(at("serve"), "protected_resource"),
    },
    compiled,
    serve,
    report,
  );
  const defaultRule = inherited && asDefaultRule(inherited);
  const all = defaultRule ? [...rules, defaultRule] : rules;
  const everyone = all.flatMap((rule) => rule.authenticators);
  judgeAudiences(context, everyone);
  const replay = compileReplay(value.replay, at("replay"), context, reach(everyone));
  judgeRegions(replay, everyone, at("replay"), report, target);
  const access = typed(health, record(value.serve).health)?.access;
  if (typeof access === "object")
    context.secret(reference(access), "credentials", below(at("serve"), "health", "access"));
  const revocation = compileRevocation(
    record(value.serve).revocation,
    below(at("serve"), "revocation"),
    context,
  );
  const compiledTo = {
    ...serve,
    ...(revocation === undefined ? {} : { revocation }),
    ...(access === undefined
      ? {}
      : { health: { access: access === "public" ? access : reference(access) } }),
    replay,
    secrets: sources.secrets,
    ...(masterKey === undefined ? {} : { masterKey: reference(masterKey) }),
    rules,
    ...(defaultRule ? { defaultRule } : {}),
    needs: needsOf(all, sources.secrets, {
      health: access !== undefined,
      revocation: revocation !== undefined,
    }),
    ...(resources.length > 0 ? { protectedResources: resources } : {}),
  };
  return { ...compiledTo, documents: fingerprint(JSON.stringify(compiledTo)) };
}

function compileRuleSet(
  { document, value }: Validated,
  surroundings: Surroundings,
): CompiledRule[] {
  const written = record(document.value).rules;
  const rules = record(value).rules;
  return (Array.isArray(written) ? written : []).flatMap((rule, index) => {
    const valid = Array.isArray(rules) ? rules[index] : undefined;
    const place = { document, path: ["rules", index] };
    const compiled = compileRule(rule, valid, place, surroundings);
    return compiled === undefined ? [] : [compiled];
  });
}

function judgeEmpty(document: Document, report: Report): void {
  const { rules } = record(document.value);
  if (!Array.isArray(rules) || rules.length > 0) return;
  report.note(
    { document, path: ["rules"] },
    "there is no rule here: every request meets the default rule, which refuses",
  );
}

/** Ids name rules in events and in messages: across all rule sets there is one of each. */
function judgeIds(ruleSets: readonly Validated[], report: Report): void {
  const seen = new Set<string>();
  for (const { document } of ruleSets) {
    const rules = record(document.value).rules;
    for (const [index, rule] of (Array.isArray(rules) ? rules : []).entries()) {
      const { id } = record(rule);
      if (typeof id !== "string") continue;
      if (seen.has(id)) {
        report.problem(
          { document, path: ["rules", index, "id"] },
          { reason: `two rules have the id ${id}`, suggestion: "rename one of them" },
        );
      }
      seen.add(id);
    }
  }
}

/** A mechanism that no step names is judged by itself; any other is judged as its steps merge it. */
function judgeUnused(
  catalogue: Catalogue,
  document: Document,
  ruleSets: readonly Validated[],
  context: Context,
): void {
  const used = new Set(
    [document, ...ruleSets.map((set) => set.document)].flatMap((one) => namedBySteps(one.value)),
  );
  for (const mechanism of catalogue.mechanisms) {
    if (used.has(mechanism.id)) continue;
    const settings = settingsOf(mechanism);
    if (mechanism.kind === "authenticators")
      compileAuthenticator(mechanism, settings, mechanism.id, context);
    if (mechanism.kind === "authorizers" || mechanism.kind === "contextualizers")
      compilePolicyStep(mechanism, settings, mechanism.id, context);
    if (mechanism.kind === "error_handlers")
      compileErrorHandler(mechanism, settings, mechanism.id, context);
    if (mechanism.kind === "finalizers")
      compileFinalizer(mechanism, settings, mechanism.id, context);
  }
}

function namedBySteps(value: unknown): string[] {
  const { rules, default_rule } = record(value);
  const owners = [...(Array.isArray(rules) ? rules : []), default_rule];
  return owners.flatMap((owner) => {
    const { execute } = record(owner);
    const steps = Array.isArray(execute) ? execute : [];
    return steps.flatMap((step) =>
      Object.values(record(step)).filter((name) => typeof name === "string"),
    );
  });
}

/** Told once it is known which of them a protected resource gives an audience. */
function judgeAudiences(
  { withoutAudience, report }: Context,
  everyone: readonly Authenticator[],
): void {
  for (const { id, place } of withoutAudience) {
    const used = everyone.filter((one) => one.id === id).filter(readsTokens);
    if (used.length > 0 && used.every(({ audience }) => audience.length > 0)) continue;
    report.note(
      place,
      "without audience, tokens that the issuer made for other APIs pass; write audience: [ORIGIN]",
    );
  }
}

/** How far back the oldest acceptable proof of any rule was made, in seconds. */
function reach(authenticators: readonly Authenticator[]): number {
  const reaches = authenticators.map((one) =>
    readsTokens(one) ? one.possession.maxAge + one.leeway : 0,
  );
  return Math.max(0, ...reaches);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
