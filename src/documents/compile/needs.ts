import { type MechanismName, mechanismNames } from "../../configuration/mechanism-name.ts";
import type { Authenticator, DefaultRule, PolicyStep, Rule } from "../../configuration.ts";
import { templateParts } from "../../mint/template-parts.ts";

/** What the rules use of what is not always there: that code must travel with the configuration. */
export function needsOf(rules: readonly (Rule | DefaultRule)[]): readonly MechanismName[] {
  const needed = new Set([...rules.flatMap(neededBy), ...templateParts(rules)]);
  return mechanismNames.filter((name) => needed.has(name));
}

function neededBy({
  authenticators,
  authorizers,
  finalizers,
}: Rule | DefaultRule): MechanismName[] {
  const conditional = [...authorizers, ...finalizers].some((step) => step.if !== undefined);
  return [
    ...(conditional ? (["cel"] as const) : []),
    ...authenticators.flatMap(neededByAuthenticator),
    ...authorizers.flatMap(neededByStep),
    ...finalizers.flatMap(({ type }): MechanismName[] => (type === "cookie" ? [type] : [])),
  ];
}

function neededByStep({ type }: PolicyStep): MechanismName[] {
  return type === "allow" || type === "deny" ? [] : [type];
}

function neededByAuthenticator({ type }: Authenticator): MechanismName[] {
  switch (type) {
    case "basic_auth":
      return ["basicAuth"];
    case "generic":
      return ["identity"];
    case "oauth2_introspection":
      return ["introspection"];
    default:
      return [];
  }
}
