import type { IssuerName } from "./flags.ts";
import type { StartIssuer } from "./stage.ts";

/** How each issuer is started; what one needs is loaded for it alone. */
export const issuers: Readonly<Record<Exclude<IssuerName, "oidc-provider">, StartIssuer>> = {
  keycloak: async (options, stops) => {
    const { startKeycloak } = await import("./keycloak/keycloak.ts");
    return startKeycloak(options, stops);
  },
  "better-auth": async (options, stops) => {
    const { startBetterAuth } = await import("./better-auth/issuer.ts");
    return startBetterAuth(options, stops);
  },
};
