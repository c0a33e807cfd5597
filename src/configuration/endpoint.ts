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
    }
  | ClientCredentials
  | RequestSignature;

/** RFC 9421: requests to the endpoint are signed. */
export interface RequestSignature {
  readonly type: "http_message_signatures";
  readonly key: SecretReference;
  /** What is covered, in this order; lower case. */
  readonly components: readonly string[];
  readonly label: string;
  readonly tag: string;
  /** Seconds. */
  readonly ttl: number;
}

/** RFC 6749 section 4.4: a token of the edge's own, sent in a header. */
export interface ClientCredentials {
  readonly type: "oauth2_client_credentials";
  readonly token: Omit<Endpoint, "auth">;
  readonly client: {
    readonly type: "client_secret_basic" | "client_secret_post";
    readonly clientId: string | SecretReference;
    readonly secret: SecretReference;
  };
  readonly scopes: readonly string[];
  /** Absent: as long as the token lasts. */
  readonly cacheTtl?: number;
  readonly header: { readonly name: string; readonly scheme: string };
}
