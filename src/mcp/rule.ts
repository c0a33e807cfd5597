import type { Authenticator, ScopeRequirement, TokenAuthenticator } from "../configuration.ts";
import type { Principal } from "../decision.ts";
import type { Matched } from "../route/router.ts";
import { numbering } from "../token/numbering.ts";
import { readsTokens } from "../token/reads-tokens.ts";

/** Who has passed, and by which authenticator. */
export interface Caller {
  readonly principal: Principal;
  readonly authenticator: TokenAuthenticator | undefined;
}

/** What a rule demands of whom `authenticator` has let in by another rule; of its first where it has no such one. */
export function scopesOf(
  { authenticators }: Matched["rule"],
  authenticator: Caller["authenticator"],
): ScopeRequirement | undefined {
  const readers = authenticators.filter(readsTokens);
  const known = authenticator && numberOf(authenticator);
  return (readers.find((each) => numberOf(each) === known) ?? readers[0])?.scopes;
}

/** A list asks for each of its entries: who is the same but for scopes is found out once. */
const numberOf = numbering<TokenAuthenticator>(withoutScopes);

/**
 * A rule, as far as a list can know its policy: what depends on a call's arguments, or asks another
 * service, is judged when the call comes.
 */
export function shown({ rule, ...matched }: Matched): Matched {
  const authorizers = rule.authorizers.filter(
    (step) =>
      ["allow", "deny", "cel", "map"].includes(step.type) &&
      !/MCP\.arguments|Request\.Body/.test(JSON.stringify(step)),
  );
  return { ...matched, rule: { ...rule, authorizers } };
}

/** A batch is forwarded once, with one internal token: its rules may differ in what they demand only. */
export function forwardAlike(one: Matched["rule"], other: Matched["rule"] | undefined): boolean {
  const way = (rule: Matched["rule"] | undefined) => [
    rule?.forwardTo,
    rule?.finalizers,
    rule?.authenticators.map((each) => withoutScopes(each)),
  ];
  return one === other || JSON.stringify(way(one)) === JSON.stringify(way(other));
}

function withoutScopes(authenticator: Authenticator): Authenticator {
  if (!readsTokens(authenticator)) return authenticator;
  const { scopes: _, ...rest } = authenticator;
  return rest;
}
