import { isJsonObject, parseJson } from "../../src/jws/json.ts";
import { limitedBytes } from "../../src/limited-bytes.ts";

/** Bytes of metadata. */
const longest = 256 * 1024;

/** What an issuer says of itself, or why that is not known. */
export type IssuerMetadata =
  | { readonly known: true; readonly issuer: string; readonly jwksUrl: string }
  | { readonly known: false; readonly why: string };

/** OpenID Connect Discovery, which most issuers have, then RFC 8414 section 3.1. */
export function metadataPlaces({ origin, pathname }: URL): readonly string[] {
  const path = pathname.replace(/\/$/, "");
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

/**
 * Reads the issuer's metadata (OpenID Connect Discovery, then RFC 8414). An issuer that writes itself
 * with another slash at its end than it was written here is taken by its own word: iss is compared exactly.
 */
export async function issuerMetadata(
  issuer: string,
  fetch: (url: string, init: RequestInit) => Promise<Response>,
): Promise<IssuerMetadata> {
  const base = issuer.replace(/\/$/, "");
  let why = "";
  for (const place of metadataPlaces(new URL(base))) {
    const read = await metadataAt(place, base, fetch);
    if (read.known) return read;
    why ||= read.why;
  }
  return { known: false, why };
}

async function metadataAt(
  place: string,
  base: string,
  fetch: (url: string, init: RequestInit) => Promise<Response>,
): Promise<IssuerMetadata> {
  let text: string;
  try {
    const signal = AbortSignal.timeout(5000);
    const response = await fetch(place, { redirect: "error", signal });
    if (!response.ok) return { known: false, why: `${place} answered ${response.status}` };
    const bytes = await limitedBytes(response, longest);
    if (bytes === undefined)
      return { known: false, why: `${place} answered more than ${longest} bytes` };
    text = new TextDecoder().decode(bytes);
  } catch {
    return { known: false, why: `${place} could not be reached` };
  }
  const metadata = parseJson(text);
  if (!isJsonObject(metadata)) return { known: false, why: `${place} is no JSON object` };
  const { issuer, jwks_uri: jwksUrl } = metadata;
  if (typeof issuer !== "string" || typeof jwksUrl !== "string" || !URL.canParse(jwksUrl)) {
    return { known: false, why: `${place} names no issuer or no jwks_uri` };
  }
  // RFC 8414 section 3.3: metadata of somebody else is not to be used.
  if (issuer.replace(/\/$/, "") !== base) {
    return { known: false, why: `${place} is the metadata of ${issuer}` };
  }
  return { known: true, issuer, jwksUrl };
}
