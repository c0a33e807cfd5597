import type { SecretReference } from "./secret.ts";

export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
  /** The document allows plain http here and for what is named here; absent: it does not. */
  readonly insecure?: true;
  readonly auth?: EndpointAuth;
}
export type EndpointAuth =
  | {
      readonly type: "basic_auth";
      readonly user: string | SecretReference;
      readonly password: SecretReference;
    }
  | {
      readonly type: "api_key";
      readonly in: "header" | "cookie" | "query";
      readonly name: string;
      readonly value: SecretReference;
    };
