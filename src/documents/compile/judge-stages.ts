import type { Authenticator, Finalizer } from "../../configuration.ts";
import { readsTokens } from "../../token/reads-tokens.ts";
import { below, type Report } from "../report.ts";
import type { Step } from "./steps.ts";

/** A step, and what it compiled to. */
interface Judged {
  readonly step: Step;
  readonly authenticators: readonly Authenticator[];
}

/** What a list of authenticators says that its author cannot mean. */
export function judgeAuthenticators(steps: readonly Judged[], report: Report): void {
  for (const [index, { step, authenticators }] of steps.entries()) {
    const [authenticator] = authenticators;
    const others = steps.slice(index + 1).flatMap((other) => other.authenticators);
    const [next] = others;
    const place = below(step.place, "authenticator");
    if (authenticator === undefined || next === undefined) continue;
    if (authenticator.type === "anonymous" || authenticator.type === "unauthorized") {
      report.note(
        place,
        `${authenticator.id} decides about every request: ${next.id} is never asked`,
      );
    }
    judgeTokens(authenticator, others, step, report);
  }
}

/** A JWT is told by its issuer, any other token by being none. */
function judgeTokens(
  authenticator: Authenticator,
  others: readonly Authenticator[],
  step: Step,
  report: Report,
): void {
  if (authenticator.type !== "jwt" && authenticator.type !== "oauth2_introspection") return;
  const jwt = others.find(({ type }) => type === "jwt");
  if (authenticator.issuers.length === 0 && jwt !== undefined) {
    // At the mechanism, where it is to be written, however many rules name it.
    report.problem(step.settings.place("assertions", "issuers"), {
      reason: `without assertions.issuers nobody can tell which tokens ${jwt.id} should judge`,
      found: JSON.stringify(authenticator.id),
      suggestion:
        authenticator.type === "jwt"
          ? "write assertions: {issuers: [https://ISSUER]}"
          : `write assertions: {issuers: [https://ISSUER]}, or ask ${jwt.id} first`,
    });
  }
  if (authenticator.type === "jwt" || authenticator.onlyJwt) return;
  const other = others.find(({ type }) => type === "oauth2_introspection");
  if (other === undefined) return;
  report.note(
    below(step.place, "authenticator"),
    `${authenticator.id} judges every token that is no JWT: only of a JWT can be told that it is for ${other.id}`,
  );
}

/** Two finalizers that set one header: the upstream could read either. */
export function judgeFinalizers(
  steps: readonly Step[],
  finalizers: readonly Finalizer[],
  report: Report,
): void {
  if (steps.length !== finalizers.length) return;
  const setBy = new Map<string, string>();
  for (const [index, step] of steps.entries()) {
    for (const name of headersOf(finalizers[index])) {
      const other = setBy.get(name.toLowerCase());
      setBy.set(name.toLowerCase(), step.id);
      if (other === undefined) continue;
      report.problem(below(step.place, "finalizer"), {
        reason: `${name} is already set by the finalizer ${other}`,
        found: JSON.stringify(step.id),
        suggestion: "set another header, or remove one of the two",
      });
    }
  }
}

function headersOf(finalizer: Finalizer | undefined): readonly string[] {
  switch (finalizer?.type) {
    case "jwt":
    case "oauth2_client_credentials":
      return [finalizer.header.name];
    case "header":
      return Object.keys(finalizer.headers);
    case "cookie":
      return Object.keys(finalizer.cookies).map((name) => `the cookie ${name}`);
    default:
      return [];
  }
}

/**
 * A note where one internal token could stand for two callers: `sub` says who, and neither which
 * issuer or service said so nor that nobody did.
 */
export function judgeSubjects(
  authenticators: readonly Authenticator[],
  finalizers: readonly Finalizer[],
): string | undefined {
  const others = authenticators.filter(({ type }) => type === "generic" || type === "basic_auth");
  const issuers = new Set(authenticators.flatMap((one) => (readsTokens(one) ? one.issuers : [])));
  const sources = issuers.size + new Set(others.map(({ id }) => id)).size;
  const mixed = sources > 0 && authenticators.some((one) => one.type === "anonymous");
  const mints = finalizers.filter((one) => one.type === "jwt");
  if (sources < 2 && !mixed) return undefined;
  if (mints.every((one) => JSON.stringify(one.claims ?? "").includes('"iss"'))) return undefined;
  const two = others.length > 0 ? "of two authenticators" : "of two issuers";
  const whose = mixed ? "of an issuer and a request of nobody" : two;
  return `a subject ${whose} can read alike in the internal token; write a claim such as "idp": {{ quote .Subject.Attributes.iss }}`;
}

/** A note where whoever calls, unknown as they are, gets a token that the upstream trusts. */
export function judgeAnonymous(
  authenticators: readonly Authenticator[],
  finalizers: readonly Finalizer[],
): string | undefined {
  const open = authenticators.find((one) => one.type === "anonymous");
  const mint = finalizers.find((one) => one.type === "jwt");
  if (open === undefined || mint === undefined) return undefined;
  return `callers whom ${open.id} lets in get the internal token ${mint.id} too, with sub ${JSON.stringify(open.subject)}: the upstream must tell them apart, or the rule names a finalizer of type noop`;
}
