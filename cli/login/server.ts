import type { IssuerMetadata } from "../../src/client/oauth/metadata.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../src/jws/json.ts";
import { isLoopback } from "../../src/loopback.ts";
import { UnansweredError, UsageError } from "../exit.ts";
import { answerOf, textOf } from "../network/answer.ts";
import { metadataPlaces } from "../network/issuer-metadata.ts";

/** What an authorization server says about itself (RFC 8414), as far as a login needs it. */
export type AuthorizationServer = Pick<
  IssuerMetadata,
  "issuer" | "tokenEndpoint" | "authorizationEndpoint" | "namesItself" | "authMethods"
>;

/**
 * Asks the issuer: OpenID discovery first, which most have, then RFC 8414.
 * @throws UsageError for what is no issuer; UnansweredError where there is no metadata of it
 */
export async function discover(issuer: string, signal: AbortSignal): Promise<AuthorizationServer> {
  const base = secure(issuer, "--issuer");
  const places = metadataPlaces(base);
  for (const place of places) {
    const url = new URL(place);
    const headers = { Accept: "application/json" };
    const response = await answerOf(url, () => fetch(url, { headers, signal, redirect: "error" }));
    const document = response.ok ? parseJson(await textOf(url, response)) : undefined;
    if (isJsonObject(document)) return read(document, issuer);
  }
  throw new UnansweredError(`There is no metadata of the issuer at ${places.join(" or ")}.`);
}

/** RFC 8414 section 3.3: metadata of another issuer is nobody's. */
function read(document: JsonObject, issuer: string): AuthorizationServer {
  if (document.issuer !== issuer) {
    throw new UnansweredError(
      `The metadata is of ${JSON.stringify(document.issuer)}: write --issuer exactly so, if that is who is meant.`,
    );
  }
  const { token_endpoint, authorization_endpoint } = document;
  const methods = document.token_endpoint_auth_methods_supported;
  return {
    issuer,
    tokenEndpoint: endpoint(token_endpoint, "token_endpoint"),
    ...(authorization_endpoint === undefined
      ? {}
      : { authorizationEndpoint: endpoint(authorization_endpoint, "authorization_endpoint") }),
    namesItself: document.authorization_response_iss_parameter_supported === true,
    authMethods: Array.isArray(methods) ? methods.filter((each) => typeof each === "string") : [],
  };
}

function endpoint(value: unknown, name: string): URL {
  if (typeof value === "string" && URL.canParse(value))
    return secure(value, `the issuer's ${name}`);
  throw new UnansweredError(`The issuer's metadata has no ${name}.`);
}

/** A secret or a code must not travel in the clear. */
function secure(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = isLoopback(url?.hostname ?? "");
  if (url?.protocol === "https:" || (url?.protocol === "http:" && loopback)) return url;
  throw new UsageError(
    `${what} must be an https URL (http on loopback), not ${text.slice(0, 200)}.`,
  );
}
