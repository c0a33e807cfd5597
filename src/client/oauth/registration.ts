import { isJsonObject } from "../../jws/json.ts";
import { DpopError } from "../failure.ts";
import type { Answer } from "./answer.ts";
import type { IssuerMetadata } from "./metadata.ts";
import type { ClientIdentity } from "./token-store.ts";

/** A client that was registered beforehand. */
export interface RegisteredClient extends ClientIdentity {
  /** Where: its `issuer`. Required with a secret, which any server could otherwise ask for. */
  readonly issuer?: string | undefined;
}

export interface Registration {
  readonly client?: RegisteredClient | undefined;
  /** Where the client's metadata is (a client id metadata document). */
  readonly clientMetadataUrl?: string | undefined;
  readonly clientName?: string | undefined;
  readonly redirectUri?: string | undefined;
}

const methods = ["client_secret_basic", "client_secret_post", "none"];

/** Who the client is at an issuer: as it says itself, by its URL, or registered now (RFC 7591). */
export async function identify(
  post: (url: URL, body: string) => Promise<Answer>,
  issuer: IssuerMetadata,
  { client, clientMetadataUrl, clientName, redirectUri }: Registration,
): Promise<ClientIdentity> {
  if (client !== undefined) return registeredAt(issuer, client);
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
  const { ok, status, value } = await post(issuer.registrationEndpoint, JSON.stringify(metadata));
  const { client_id, client_secret } = isJsonObject(value) ? value : {};
  if (!ok || typeof client_id !== "string") {
    throw new DpopError("oauth.client", `The registration was answered ${status}.`);
  }
  const confidential = method !== "none" && typeof client_secret === "string";
  return confidential ? { id: client_id, secret: client_secret } : { id: client_id };
}

/** A server names its issuer as it likes: whoever it names must not be told another issuer's secret. */
function registeredAt({ issuer }: IssuerMetadata, client: RegisteredClient): ClientIdentity {
  const { issuer: own, ...identity } = client;
  if (own === undefined && client.secret !== undefined) {
    throw new DpopError("oauth.client", "A client with a secret says whose it is: client.issuer.");
  }
  if (own !== undefined && own !== issuer) {
    throw new DpopError("oauth.client", `The client is registered at ${own}, not at ${issuer}.`);
  }
  return identity;
}
