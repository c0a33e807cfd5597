import type { z } from "zod";
import { anonymousConfig, jwtConfig, noConfig } from "./authenticators.ts";
import { celConfig, remoteConfig, stepUpConfig } from "./authorizers.ts";
import { basicAuthConfig } from "./basic-auth.ts";
import { genericContextConfig, mapConfig } from "./contextualizers.ts";
import {
  clientCredentialsConfig,
  cookieConfig,
  genericErrorConfig,
  headerConfig,
  jwtFinalizerConfig,
  redirectConfig,
  wwwAuthenticateConfig,
} from "./finalizers.ts";
import { identityConfig } from "./identity.ts";
import { introspectionConfig } from "./introspection-authenticator.ts";

/** What a `config` may hold, by the kind and type of the mechanism. */
export const mechanismConfigs = {
  authenticators: {
    unauthorized: noConfig,
    anonymous: anonymousConfig,
    jwt: jwtConfig,
    oauth2_introspection: introspectionConfig,
    generic: identityConfig,
    basic_auth: basicAuthConfig,
  },
  authorizers: {
    allow: noConfig,
    deny: noConfig,
    cel: celConfig,
    remote: remoteConfig,
    step_up: stepUpConfig,
  },
  contextualizers: { map: mapConfig, generic: genericContextConfig },
  finalizers: {
    jwt: jwtFinalizerConfig,
    header: headerConfig,
    cookie: cookieConfig,
    oauth2_client_credentials: clientCredentialsConfig,
    noop: noConfig,
  },
  error_handlers: {
    default: noConfig,
    www_authenticate: wwwAuthenticateConfig,
    redirect: redirectConfig,
    generic: genericErrorConfig,
  },
} as const satisfies Record<string, Readonly<Record<string, z.ZodType>>>;

export type MechanismKind = keyof typeof mechanismConfigs;

export const mechanismKinds = [
  "authenticators",
  "authorizers",
  "contextualizers",
  "finalizers",
  "error_handlers",
] as const satisfies readonly MechanismKind[];

export function configSchema(kind: MechanismKind, type: string): z.ZodType | undefined {
  const schemas: Readonly<Record<string, z.ZodType>> = mechanismConfigs[kind];
  return Object.hasOwn(schemas, type) ? schemas[type] : undefined;
}
