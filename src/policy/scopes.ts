import type { ScopeRequirement } from "../configuration.ts";
import { Refused } from "../decision.ts";

type Granted = (granted: string, required: string) => boolean;

const strategies: Readonly<Record<ScopeRequirement["strategy"], Granted>> = {
  exact: (granted, required) => granted === required,
  hierarchic: (granted, required) => granted === required || required.startsWith(`${granted}.`),
  wildcard: wildcardGrants,
};

/**
 * RFC 6750 section 3.1: every scope that the rule demands must be covered by one that was granted.
 * hierarchic: `photo` covers `photo.read`; wildcard: `photo.*` does.
 */
export function checkScopes(
  required: ScopeRequirement | undefined,
  granted: readonly string[],
): void {
  if (required === undefined) return;
  const covers = strategies[required.strategy];
  const missing = required.values.filter(
    (scope) => !granted.some((candidate) => covers(candidate, scope)),
  );
  if (missing.length > 0) {
    throw new Refused("policy.scope", {
      expected: missing.join(" "),
      found: granted.join(" ") || "no scope",
    });
  }
}

/** A part `*` stands for one part that is not empty, as the last one for all that follow. */
function wildcardGrants(granted: string, required: string): boolean {
  const pattern = granted.split(".");
  const parts = required.split(".");
  if (pattern.length > parts.length) return false;
  if (pattern.length < parts.length && pattern.at(-1) !== "*") return false;
  return pattern.every((part, index) =>
    part === "*" ? parts[index] !== "" : part === parts[index],
  );
}
