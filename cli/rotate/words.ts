import type { Next, Periods, Step } from "./plan.ts";
import { settling } from "./plan.ts";
import type { Kind } from "./subject.ts";

export const names: Readonly<Record<Kind, string>> = {
  "master-key": "The master key",
  "signing-key": "The signing key",
};

/** The steps as docs/runbooks/rotating-keys.md has them. */
export function sentence(step: Step, kind: Kind): string {
  const selector = kind === "master-key" ? "`master_key.selector`" : "`signer.selector`";
  switch (step) {
    case "pin":
      return `Write the present key's id as ${selector} where it is not written yet, and deploy.`;
    case "add":
      return "Store the set of the old key and a new one.";
    case "select":
      return `Set ${selector} to the new key's id, and deploy.`;
    case "remove":
      return "Store the new key alone.";
  }
}

/** What is waited for ahead of a step. */
export function waiting(until: "select" | "remove", kind: Kind): string {
  if (until === "select") {
    return kind === "master-key"
      ? "Wait a minute: every instance accepts the new key."
      : "Wait 6 minutes: every instance shows both, and whoever keeps published keys for 5 minutes has read them anew.";
  }
  return kind === "master-key"
    ? "Wait the longest `max_age` of the documents and a minute: the nonces of the old key have expired."
    : "Wait the longest `ttl` of the finalizers and a minute: the tokens of the old key have expired.";
}

/** Seconds that are waited ahead of a step. */
export function wait(until: "select" | "remove", periods: Periods): number {
  return settling + (until === "select" ? periods.published : periods.made);
}

/** What comes next, for people. */
export function told(next: Next, kind: Kind): string {
  switch (next.do) {
    case "refuse":
      return next.because;
    case "settle":
      return `Some instances have it, some not: ${sentence(next.step, kind)} Wait until all have it, and ask again.`;
    case "wait":
      return `Not yet, ${next.seconds} s more. ${waiting(next.until, kind)}`;
    case "done":
      return "Done: the new key is the only one.";
    default:
      return sentence(next.do, kind);
  }
}
