import type { Limits } from "../configuration.ts";
import { Refused } from "../decision.ts";
import type { Fields } from "../fields.ts";
import { hasTokenParameter } from "../query.ts";

/** What the client presented; `none` also where the scheme is neither DPoP nor Bearer. */
export type Credentials =
  | { readonly kind: "none" }
  | {
      readonly kind: "sent";
      readonly scheme: "dpop" | "bearer";
      readonly token: string;
      /** As it was sent; beside a Bearer token it is the authorizer who decides what it means. */
      readonly proof?: string;
    };

export type Sent = Extract<Credentials, { kind: "sent" }>;

// RFC 9110 section 11.4: auth-scheme [ 1*SP token68 ]. A tab is no SP.
const authorizationField = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: +(.*))?$/;
const token68 = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * The access token and the proof, exactly one of each. RFC 9449 section 7.1, RFC 6750 section 2.
 * @param search "" or "?...", where a token is never read from
 * @throws Refused credentials.malformed, credentials.multiple, credentials.too_large,
 * proof.malformed, proof.multiple
 */
export function credentials(
  headers: Fields,
  search: string,
  limits: Pick<Limits, "token" | "proof">,
): Credentials {
  const authorization = headers.get("Authorization");
  if (authorization === null) return { kind: "none" };
  if (hasTokenParameter(search)) {
    throw new Refused("credentials.multiple", { found: "access_token in the query as well" });
  }
  const [, name, token] = authorizationField.exec(authorization) ?? [];
  if (name === undefined)
    throw new Refused("credentials.malformed", { expected: "<scheme> <token>" });
  const scheme = name.toLowerCase();
  // Headers joins repeated fields with a comma, and neither token68 nor a JWS holds one.
  if (authorization.includes(",") && /(?:^|,)\s*(?:dpop|bearer)\b/i.test(authorization)) {
    throw new Refused("credentials.multiple");
  }
  if (scheme !== "dpop" && scheme !== "bearer") return { kind: "none" };
  checkLength("token", token ?? "", limits);
  if (token === undefined || !token68.test(token)) {
    throw new Refused("credentials.malformed", { expected: "token68 after the scheme" });
  }
  return { kind: "sent", scheme, token, ...proof(headers, limits) };
}

function proof(headers: Fields, limits: Pick<Limits, "token" | "proof">): { proof?: string } {
  const field = headers.get("DPoP");
  if (field === null) return {};
  if (field.includes(",")) throw new Refused("proof.multiple");
  checkLength("proof", field, limits);
  // An empty proof must not read as an absent one further down the line.
  if (field === "") throw new Refused("proof.malformed", { found: "an empty DPoP header" });
  return { proof: field };
}

/** Before anything looks inside: decoding, hashing and remembering cost by the byte. */
export function checkLength(
  what: "token" | "proof",
  text: string,
  limits: Pick<Limits, "token" | "proof">,
): void {
  if (text.length <= limits[what]) return;
  throw new Refused("credentials.too_large", {
    expected: `a ${what} of at most ${limits[what]} bytes`,
    found: `${text.length}`,
  });
}
