import type { ClientAuthentication } from "./authenticator.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Conditional } from "./policy.ts";
import type { SecretReference } from "./secret.ts";
import type { Template } from "./template.ts";

export type Finalizer = Conditional &
  (
    | { readonly type: "noop"; readonly id: string }
    | {
        readonly type: "header";
        readonly id: string;
        readonly headers: Readonly<Record<string, Template>>;
      }
    | CookieFinalizer
    | ClientCredentialsFinalizer
    | JwtFinalizer
  );
export interface CookieFinalizer {
  readonly type: "cookie";
  readonly id: string;
  readonly cookies: Readonly<Record<string, Template>>;
}
/** RFC 6749 section 4.4. */
export interface ClientCredentialsFinalizer extends Conditional {
  readonly type: "oauth2_client_credentials";
  readonly id: string;
  readonly endpoint: Endpoint;
  readonly client: ClientAuthentication;
  readonly scopes: readonly string[];
  /** Absent: as long as the answer says. */
  readonly cacheTtl?: number;
  readonly header: { readonly name: string; readonly scheme: string };
}
export interface JwtFinalizer {
  readonly type: "jwt";
  readonly id: string;
  readonly signer: SecretReference & { readonly name: string };
  readonly ttl: number;
  readonly claims?: Template;
  readonly values: Readonly<Record<string, Template>>;
  readonly header: { readonly name: string; readonly scheme: string };
  readonly audience?: readonly string[];
  /** Absent: a JWT as RFC 7519 has it. */
  readonly shape?: "transaction_token";
}
