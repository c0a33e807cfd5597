import type { RevocationSettings } from "../../configuration.ts";
import { below, type Place } from "../report.ts";
import { revocation } from "../schema/revocation.ts";
import { typed } from "../validate.ts";
import type { Context } from "./context.ts";
import { reference } from "./named-secret.ts";

/** Seconds. */
const leastStaleness = 1;
const mostStaleness = 300;

/** @param value `serve.revocation` as validated; absent: there is none */
export function compileRevocation(
  value: unknown,
  place: Place,
  { report, secret, target }: Context,
): RevocationSettings | undefined {
  if (value === undefined) return undefined;
  const settings = typed(revocation, value);
  if (settings === undefined) return undefined;
  const { staleness, on_failure: onFailure, access } = settings;
  if (staleness < leastStaleness || staleness > mostStaleness)
    report.problem(below(place, "staleness"), {
      reason: "a list is at least 1s and at most 5m old",
    });
  if (onFailure === "pass")
    report.note(
      below(place, "on_failure"),
      "pass: while the list cannot be had, whoever is revoked passes too",
    );
  if (target === "aws" && access !== undefined)
    report.note(
      below(place, "access"),
      "means nothing on AWS: dpop-edge revoke --table writes to the table, with AWS's own rights",
    );
  if (target === "cloudflare" && access === undefined && !report.isBroken(below(place, "access")))
    report.note(place, "without access nobody can write to the list: add access: {source: SOURCE}");
  if (access === undefined || target === "aws") return { staleness, onFailure };
  secret(reference(access), "credentials", below(place, "access"));
  return { staleness, onFailure, access: reference(access) };
}
