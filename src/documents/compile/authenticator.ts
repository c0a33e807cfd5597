import type { Authenticator } from "../../configuration.ts";
import { anonymousConfig } from "../schema/authenticators.ts";
import type { Context } from "./context.ts";
import { compileJwt } from "./jwt-authenticator.ts";
import type { Mechanism, Settings } from "./settings.ts";

/** @param id the step's own name, or the mechanism's */
export function compileAuthenticator(
  mechanism: Mechanism,
  settings: Settings,
  id: string,
  context: Context,
): Authenticator | undefined {
  switch (mechanism.type) {
    case "unauthorized":
      return { type: "unauthorized", id };
    case "anonymous": {
      const config = settings.read(anonymousConfig, context.report);
      return config && { type: "anonymous", id, subject: config.principal ?? "anonymous" };
    }
    default:
      return compileJwt(settings, id, context);
  }
}
