// What the demo uses of it. Its own types reach through the whole of better-auth.
declare module "@better-auth/oauth-provider" {
  import type { BetterAuthPlugin } from "better-auth";

  export function oauthProvider(options: {
    readonly loginPage: string;
    readonly consentPage: string;
    readonly scopes: readonly string[];
    readonly resources: readonly {
      readonly identifier: string;
      /** Seconds. */
      readonly accessTokenTtl: number;
      readonly dpopBoundAccessTokensRequired: boolean;
    }[];
    readonly enforcePerClientResources: boolean;
  }): BetterAuthPlugin;
}
