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
    | JwtFinalizer
  );
export interface CookieFinalizer {
  readonly type: "cookie";
  readonly id: string;
  readonly cookies: Readonly<Record<string, Template>>;
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
