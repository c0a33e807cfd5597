import { type MechanismName, mechanismNames } from "../../configuration/mechanism-name.ts";
import type { DefaultRule, PolicyStep, Rule } from "../../configuration.ts";
import { templateParts } from "../../mint/template-parts.ts";

/** What the rules use of what is not always there: that code must travel with the configuration. */
export function needsOf(rules: readonly (Rule | DefaultRule)[]): readonly MechanismName[] {
  const needed = new Set([...rules.flatMap(neededBy), ...templateParts(rules)]);
  return mechanismNames.filter((name) => needed.has(name));
}

function neededBy({ authorizers, finalizers }: Rule | DefaultRule): MechanismName[] {
  return [
    ...authorizers.flatMap(neededByStep),
    ...finalizers.flatMap(({ type }): MechanismName[] => (type === "cookie" ? [type] : [])),
  ];
}

function neededByStep({ type }: PolicyStep): MechanismName[] {
  return type === "allow" || type === "deny" ? [] : [type];
}
