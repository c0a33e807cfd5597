import { isJsonObject, type JsonObject, type JsonValue } from "../../jws/json.ts";
import { isLoopback } from "../../loopback.ts";
import type { Challenge } from "../challenge.ts";
import { DpopError } from "../failure.ts";
import type { Answer } from "./answer.ts";

/** What a protected resource says of itself (RFC 9728), as far as a client needs it. */
export interface ResourceMetadata {
  /** For whom tokens are asked. */
  readonly resource: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
}

/** What an issuer says of itself (RFC 8414), as far as a client needs it. */
export interface IssuerMetadata {
  readonly issuer: string;
  readonly authorizationEndpoint?: URL;
  readonly tokenEndpoint: URL;
  readonly registrationEndpoint?: URL;
  readonly authMethods: readonly string[];
  readonly scopes: readonly string[];
  /** RFC 9207: every answer says whose it is. */
  readonly namesItself: boolean;
  /** A URL is taken as a client id, and the client's metadata is read there. */
  readonly readsClientMetadata: boolean;
}

export type Get = (url: URL) => Promise<Answer>;

/**
 * RFC 9728: at the URL that the challenge names, else at the path form, else at the root form. A
 * server that has none is asked as its own issuer, as clients did before, unless it is known
 * already: it may name its metadata in challenges alone, and a token that ends brings none.
 */
export async function discoverResource(
  get: Get,
  server: URL,
  challenges: readonly Challenge[],
  known?: Pick<ResourceMetadata, "resource" | "issuer">,
): Promise<ResourceMetadata> {
  secure(server.href);
  const named = challenges.flatMap(({ parameters }) => parameters.resource_metadata ?? [])[0];
  const wellKnown = `${server.origin}/.well-known/oauth-protected-resource`;
  const places = [named, `${wellKnown}${server.pathname.replace(/\/$/, "")}`, wellKnown];
  for (const place of new Set(places)) {
    if (place === undefined || !URL.canParse(place)) continue;
    const document = await fetchDocument(get, secure(place, server));
    if (document === undefined) continue;
    const { resource } = document;
    const [issuer] = texts(document.authorization_servers);
    if (typeof resource !== "string" || !covers(resource, server)) {
      throw new DpopError("oauth.resource", `The metadata at ${place} is of another resource.`);
    }
    secure(issuer ?? server.origin, server);
    return { resource, issuer: issuer ?? server.origin, scopes: texts(document.scopes_supported) };
  }
  // RFC 8707 section 2: without the fragment, and the query, which may hold a secret.
  const itself = { resource: `${server.origin}${server.pathname}`, issuer: server.origin };
  const { resource, issuer } = known ?? itself;
  return { resource, issuer, scopes: [] };
}

/** RFC 9728 section 3.3: metadata of another resource would send its tokens to us, or ours to it. */
function covers(resource: string, server: URL): boolean {
  if (!URL.canParse(resource)) return false;
  const { origin, pathname } = new URL(resource);
  const path = pathname.replace(/\/$/, "");
  return (
    origin === server.origin && (server.pathname === path || server.pathname.startsWith(`${path}/`))
  );
}

/** RFC 8414 section 3.1, then OpenID discovery, in the order that MCP asks for. */
export async function discoverIssuer(get: Get, issuer: string): Promise<IssuerMetadata> {
  const { origin, pathname } = secure(issuer);
  const path = pathname.replace(/\/$/, "");
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    ...(path === "" ? [] : [`${origin}${path}/.well-known/openid-configuration`]),
  ];
  for (const place of places) {
    const document = await fetchDocument(get, new URL(place));
    if (document !== undefined) return issuerOf(document, issuer);
  }
  // MCP 2025-03-26: an issuer without metadata has these.
  const at = (name: string) => new URL(`${origin}/${name}`);
  return {
    issuer,
    authorizationEndpoint: at("authorize"),
    tokenEndpoint: at("token"),
    registrationEndpoint: at("register"),
    authMethods: [],
    scopes: [],
    namesItself: false,
    readsClientMetadata: false,
  };
}

function issuerOf(document: JsonObject, issuer: string): IssuerMetadata {
  // RFC 8414 section 3.3. A slash at the end is all that may differ.
  if (String(document.issuer).replace(/\/$/, "") !== issuer.replace(/\/$/, "")) {
    throw new DpopError("oauth.issuer", `The metadata of ${issuer} is of another issuer.`);
  }
  const endpoint = (name: string) => {
    const value = document[name];
    return typeof value === "string" ? secure(value, new URL(issuer)) : undefined;
  };
  const tokenEndpoint = endpoint("token_endpoint");
  if (tokenEndpoint === undefined) {
    throw new DpopError("oauth.issuer", `The metadata of ${issuer} names no token endpoint.`);
  }
  const authorizationEndpoint = endpoint("authorization_endpoint");
  const registrationEndpoint = endpoint("registration_endpoint");
  return {
    issuer: String(document.issuer),
    tokenEndpoint,
    ...(authorizationEndpoint ? { authorizationEndpoint } : {}),
    ...(registrationEndpoint ? { registrationEndpoint } : {}),
    authMethods: texts(document.token_endpoint_auth_methods_supported),
    scopes: texts(document.scopes_supported),
    namesItself: document.authorization_response_iss_parameter_supported === true,
    readsClientMetadata: document.client_id_metadata_document_supported === true,
  };
}

/** Undefined where there is none. */
async function fetchDocument(get: Get, url: URL): Promise<JsonObject | undefined> {
  const { ok, status, value } = await get(url);
  if (ok) return isJsonObject(value) ? value : undefined;
  if (status < 500) return undefined;
  throw new DpopError("oauth.unavailable", `${url.origin} answered ${status}.`);
}

/**
 * Tokens, codes and secrets go to https only, or stay on this machine; what listens here unseen is
 * named by nobody from elsewhere.
 */
export function secure(text: string, namedBy?: URL): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = [url, namedBy ?? url].every((each) => isLoopback(each?.hostname ?? ""));
  if (url?.protocol === "https:" || (url?.protocol === "http:" && loopback)) return url;
  throw new DpopError(
    "oauth.insecure",
    "Neither a server nor an endpoint of its issuer may be plain http beyond loopback, nor name one there from elsewhere.",
  );
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
