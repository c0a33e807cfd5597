import type { Endpoint } from "../configuration.ts";
import type { JsonObject } from "../jws/json.ts";
import { isLoopback } from "../loopback.ts";
import { FetchError, place } from "./fetch-json.ts";

/** What an authorization server says about itself, as far as it matters here. */
export interface ServerMetadata {
  /** Absent only where it is not verified. */
  readonly issuer?: string;
  readonly jwksUri: string;
}

/**
 * RFC 8414 sections 2 and 3.3, OpenID Connect Discovery 1.0 sections 3 and 4.3.
 * @param endpoint where the document was fetched
 * @throws FetchError
 */
export function serverMetadata(
  document: JsonObject,
  endpoint: Pick<Endpoint, "url" | "insecure">,
  options: { readonly verifyIssuer: boolean },
): ServerMetadata {
  const issuer = namedIssuer(document, endpoint.url, options);
  const jwksUri = namedEndpoint(document, "jwks_uri", endpoint);
  return { jwksUri, ...(issuer === undefined ? {} : { issuer }) };
}

/**
 * Whose metadata it is.
 * @throws FetchError
 */
export function namedIssuer(
  document: JsonObject,
  url: string,
  options: { readonly verifyIssuer: boolean },
): string | undefined {
  const issuer = typeof document.issuer === "string" ? document.issuer : undefined;
  // Otherwise one server could answer in the name of another (RFC 8414 section 6.2).
  if (options.verifyIssuer && !wellKnownUrls(issuer ?? "").includes(new URL(url).href)) {
    throw new FetchError(
      `${place(url)} names ${issuer?.slice(0, 200) ?? "nobody"} as issuer, whose metadata is not at this URL; ` +
        "if that is meant, set disable_issuer_identifier_verification",
    );
  }
  return issuer;
}

/** A URL without userinfo, query and fragment: RFC 8414 section 2. */
const issuerIdentifier = /^https?:\/\/[^\s/?#@\\]+(?:\/[^\s?#\\]*)?$/;

/** Where the metadata of an issuer lives: RFC 8414 sections 3.1 and 5, OpenID Discovery section 4. */
function wellKnownUrls(issuer: string): string[] {
  if (!issuerIdentifier.test(issuer) || !URL.canParse(issuer)) return [];
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
}

/**
 * The URL of an endpoint that the metadata names: https, or loopback where the metadata are too, or
 * plain http where the document says `insecure`. Metadata that came safely lead nowhere else.
 * @throws FetchError
 */
export function namedEndpoint(
  document: JsonObject,
  name: "jwks_uri" | "introspection_endpoint",
  metadata: Pick<Endpoint, "url" | "insecure">,
): string {
  const where = place(metadata.url);
  const value = document[name];
  if (typeof value !== "string" || !URL.canParse(value)) {
    throw new FetchError(`${where} names no ${name}`);
  }
  const url = new URL(value);
  const local = new URL(metadata.url).protocol === "http:" && isLoopback(url.hostname);
  const secure =
    url.protocol === "https:" || (url.protocol === "http:" && (metadata.insecure || local));
  if (!secure) throw new FetchError(`${where} names a ${name} that is not https`);
  if (url.username !== "" || url.password !== "") {
    throw new FetchError(`${where} names a ${name} with credentials in it`);
  }
  return url.href;
}
