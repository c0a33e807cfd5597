import { isJsonObject, parseJson } from "../../jws/json.ts";
import { DpopError } from "../failure.ts";
import type { IssuerMetadata } from "./metadata.ts";
import type { ClientIdentity } from "./token-store.ts";

export interface Registration {
  /** Registered there beforehand. */
  readonly client?: ClientIdentity | undefined;
  /** Where the client's metadata is (a client id metadata document). */
  readonly clientMetadataUrl?: string | undefined;
  readonly clientName?: string | undefined;
  readonly redirectUri?: string | undefined;
}

const methods = ["client_secret_basic", "client_secret_post", "none"];

/** Who the client is at an issuer: as it says itself, by its URL, or registered now (RFC 7591). */
export async function identify(
  post: (url: URL, body: string) => Promise<Response>,
  issuer: IssuerMetadata,
  { client, clientMetadataUrl, clientName, redirectUri }: Registration,
): Promise<ClientIdentity> {
  if (client !== undefined) return client;
  if (clientMetadataUrl !== undefined && issuer.readsClientMetadata)
    return { id: clientMetadataUrl };
  if (issuer.registrationEndpoint === undefined) {
    throw new DpopError(
      "oauth.client",
      `${issuer.issuer} registers nobody: say who the client is there.`,
    );
  }
  const method = methods.find((each) => issuer.authMethods.includes(each)) ?? "none";
  const metadata = {
    client_name: clientName ?? "dpop-edge client",
    redirect_uris: redirectUri === undefined ? [] : [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: method,
    application_type: "native",
    dpop_bound_access_tokens: true,
  };
  const response = await post(issuer.registrationEndpoint, JSON.stringify(metadata));
  const answer = parseJson(await response.text());
  const { client_id, client_secret } = isJsonObject(answer) ? answer : {};
  if (!response.ok || typeof client_id !== "string") {
    throw new DpopError("oauth.client", `The registration was answered ${response.status}.`);
  }
  const confidential = method !== "none" && typeof client_secret === "string";
  return confidential ? { id: client_id, secret: client_secret } : { id: client_id };
}
