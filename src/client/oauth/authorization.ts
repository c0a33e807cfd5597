import { encodeBase64url } from "../../jws/base64url.ts";
import { DpopError } from "../failure.ts";
import type { IssuerMetadata } from "./metadata.ts";

export interface Authorization {
  readonly clientId: string;
  readonly redirectUri: string;
  /** RFC 7638 thumbprint: the code is bound to the key from the start (RFC 9449 section 10). */
  readonly thumbprint: string;
  /** RFC 8707. */
  readonly resource?: string | undefined;
  readonly scope?: string | undefined;
  /** Takes the user there, and answers the URL that the issuer sent them back to. */
  readonly authorize: (page: URL) => Promise<URL>;
}

/** The authorization code grant with PKCE (RFC 7636): the token request's parameters. Throws DpopError. */
export async function authorizationCode(
  issuer: Pick<IssuerMetadata, "issuer" | "authorizationEndpoint" | "namesItself">,
  asked: Authorization,
): Promise<Readonly<Record<string, string>>> {
  const { authorizationEndpoint } = issuer;
  if (authorizationEndpoint === undefined) {
    throw new DpopError("oauth.issuer", `${issuer.issuer} names no authorization endpoint.`);
  }
  const state = random();
  const verifier = random();
  const resource = asked.resource === undefined ? {} : { resource: asked.resource };
  const page = new URL(authorizationEndpoint.href);
  const parameters = {
    response_type: "code",
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    state,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: "S256",
    dpop_jkt: asked.thumbprint,
    ...resource,
    ...(asked.scope === undefined ? {} : { scope: asked.scope }),
    // OpenID Connect section 11: a refresh token is given with consent only.
    ...(asked.scope?.split(" ").includes("offline_access") ? { prompt: "consent" } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) page.searchParams.set(name, value);
  const { searchParams: answer } = await asked.authorize(page);
  return {
    grant_type: "authorization_code",
    code: codeOf(answer, state, issuer),
    redirect_uri: asked.redirectUri,
    code_verifier: verifier,
    ...resource,
  };
}

/** RFC 6749 section 4.1.2; RFC 9207 section 2.4: the answer of another issuer is an attack. */
function codeOf(
  answer: URLSearchParams,
  state: string,
  issuer: Pick<IssuerMetadata, "issuer" | "namesItself">,
): string {
  const iss = answer.get("iss");
  if (iss === null ? issuer.namesItself : iss !== issuer.issuer) {
    throw new DpopError("oauth.issuer", "The user came back with the answer of another issuer.");
  }
  if (answer.get("state") !== state) {
    throw new DpopError("oauth.refused", "The user came back with an answer to another question.");
  }
  const error = answer.get("error");
  if (error !== null) {
    const description = answer.get("error_description")?.slice(0, 300);
    const why = `${error.slice(0, 100)}${description ? `: ${description}` : ""}`;
    throw new DpopError("oauth.refused", `The issuer refused: ${why}.`);
  }
  const code = answer.get("code");
  if (code === null) throw new DpopError("oauth.refused", "The user came back without a code.");
  return code;
}

/** 256 bits. */
function random(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return encodeBase64url(new Uint8Array(digest));
}
