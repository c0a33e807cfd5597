import { type MechanismName, mechanismNames } from "../../configuration/mechanism-name.ts";
import type { DefaultRule, PolicyStep, Rule } from "../../configuration.ts";

/** What the rules use of what is not always there: that code must travel with the configuration. */
export function needsOf(rules: readonly (Rule | DefaultRule)[]): readonly MechanismName[] {
  const needed = new Set(rules.flatMap(neededBy));
  return mechanismNames.filter((name) => needed.has(name));
}

function neededBy({ authorizers, finalizers }: Rule | DefaultRule): MechanismName[] {
  const conditional = [...authorizers, ...finalizers].some((step) => step.if !== undefined);
  return [
    ...(conditional ? (["cel"] as const) : []),
    ...authorizers.flatMap(neededByStep),
    ...finalizers.flatMap(({ type }): MechanismName[] => (type === "cookie" ? [type] : [])),
  ];
}

function neededByStep({ type }: PolicyStep): MechanismName[] {
  return type === "allow" || type === "deny" ? [] : [type];
}
