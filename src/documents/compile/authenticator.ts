import type { Authenticator } from "../../configuration.ts";
import { anonymousConfig } from "../schema/authenticators.ts";
import { compileBasicAuth } from "./basic-auth.ts";
import type { Context } from "./context.ts";
import { compileIdentity } from "./identity.ts";
import { compileIntrospection } from "./introspection.ts";
import { compileJwt } from "./jwt-authenticator.ts";
import type { Mechanism, Settings } from "./settings.ts";

/**
 * Nothing where it does not compile; several where its endpoint depends on the token's issuer.
 * @param id the step's own name, or the mechanism's
 */
export function compileAuthenticator(
  mechanism: Mechanism,
  settings: Settings,
  id: string,
  context: Context,
): readonly Authenticator[] {
  switch (mechanism.type) {
    case "unauthorized":
      return [{ type: "unauthorized", id }];
    case "anonymous": {
      const config = settings.read(anonymousConfig, context.report);
      return config ? [{ type: "anonymous", id, subject: config.principal ?? "anonymous" }] : [];
    }
    case "oauth2_introspection":
      return compileIntrospection(settings, id, context);
    case "generic":
      return one(compileIdentity(settings, id, context));
    case "basic_auth":
      return one(compileBasicAuth(settings, id, context));
    default:
      return compileJwt(settings, id, context);
  }
}

function one<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
