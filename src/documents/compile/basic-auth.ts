import type { BasicAuthenticator } from "../../configuration.ts";
import { basicAuthConfig } from "../schema/basic-auth.ts";
import type { Context } from "./context.ts";
import { compileNamedSecret } from "./named-secret.ts";
import type { Settings } from "./settings.ts";

export function compileBasicAuth(
  settings: Settings,
  id: string,
  context: Context,
): BasicAuthenticator | undefined {
  const config = settings.read(basicAuthConfig, context.report);
  if (config === undefined) return undefined;
  const found = compileNamedSecret(config, ["user_id", "password"], [], settings, context);
  if (found === undefined) return undefined;
  const { enabled, realm } = config.error_signaling;
  return {
    type: "basic_auth",
    id,
    user: found.name,
    password: found.secret,
    ...(enabled ? { realm } : {}),
  };
}
