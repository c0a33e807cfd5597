import type { SecretReference } from "./secret.ts";

export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
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
