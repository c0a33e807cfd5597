import type { Cors } from "../../configuration.ts";
import { below, type Place, type Report } from "../report.ts";
import { cors } from "../schema/cors.ts";
import { typed } from "../validate.ts";
import { merge } from "./settings.ts";

/**
 * @param shared `serve.cors`, @param own the rule's, which is merged over it
 * @param place of the nearer one, for messages
 */
export function compileCors(
  shared: unknown,
  own: unknown,
  place: Place,
  report: Report,
): Cors | undefined {
  if (shared === undefined && own === undefined) return undefined;
  const settings = typed(cors, merge(shared, own));
  if (settings === undefined) return undefined;
  const anyOrigin = settings.allowed_origins.includes("*");
  // Where an origin was wrong, any origin is what is left, and not what was meant.
  const meant = !report.isBroken(below(place, "allowed_origins"));
  if (settings.allow_credentials && anyOrigin && meant) {
    report.problem(below(place, "allow_credentials"), {
      reason: "any page could call with the user's cookies",
      suggestion:
        "list the origins in allowed_origins, or leave allow_credentials out: access tokens need it not",
    });
  }
  const allowed = settings.allowed_headers.map((name) => name.toLowerCase());
  const missing = ["Authorization", "DPoP"].filter(
    (name) => !allowed.includes("*") && !allowed.includes(name.toLowerCase()),
  );
  // A literal * never stands for Authorization: Fetch, "CORS non-wildcard request-header name".
  if (missing.length > 0) {
    report.note(
      below(place, "allowed_headers"),
      `without ${missing.join(" and ")} a browser cannot send a token with its proof`,
    );
  }
  return {
    allowedOrigins: settings.allowed_origins,
    allowedMethods: settings.allowed_methods,
    allowedHeaders: settings.allowed_headers,
    exposedHeaders: settings.exposed_headers,
    allowCredentials: settings.allow_credentials,
    ...(settings.max_age === undefined ? {} : { maxAge: settings.max_age }),
  };
}
