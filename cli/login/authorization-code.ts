import { encodeBase64url } from "../../src/jws/base64url.ts";
import { UnansweredError } from "../exit.ts";
import { openBrowser } from "../terminal/open-browser.ts";
import { waitingFor } from "../terminal/waiting.ts";
import { listenForBrowser } from "./loopback.ts";
import type { AuthorizationServer } from "./server.ts";

export interface AuthorizationOptions {
  readonly clientId: string;
  readonly scope?: string;
  readonly resource?: string;
  /** RFC 7638 thumbprint: the code is bound to the key from the start (RFC 9449 section 10). */
  readonly thumbprint: string;
  /** 0: any. */
  readonly port: number;
  readonly browser: boolean;
  readonly signal: AbortSignal;
}

/**
 * RFC 8252 with PKCE (RFC 7636): the grant's parameters, once the browser has come back.
 * @throws UnansweredError where it does not, or comes with an error
 */
export async function authorizationCode(
  server: AuthorizationServer,
  options: AuthorizationOptions,
): Promise<Readonly<Record<string, string>>> {
  const { authorizationEndpoint } = server;
  if (authorizationEndpoint === undefined) {
    throw new UnansweredError(
      "The issuer has no authorization_endpoint: use --client-credentials.",
    );
  }
  const state = random();
  const verifier = random();
  const loopback = await listenForBrowser(options.port);
  try {
    const { redirectUri } = loopback;
    const page = new URL(authorizationEndpoint);
    const asked = {
      response_type: "code",
      client_id: options.clientId,
      redirect_uri: redirectUri,
      state,
      code_challenge: await challengeOf(verifier),
      code_challenge_method: "S256",
      dpop_jkt: options.thumbprint,
      ...(options.scope === undefined ? {} : { scope: options.scope }),
      ...(options.resource === undefined ? {} : { resource: options.resource }),
      // OpenID Connect section 11: a refresh token is given with consent only.
      ...(options.scope?.split(" ").includes("offline_access") ? { prompt: "consent" } : {}),
    };
    for (const [name, value] of Object.entries(asked)) page.searchParams.set(name, value);
    process.stderr.write(`Log in at\n  ${page.href}\n`);
    if (options.browser) openBrowser(page.href);
    const answer = loopback.answer(state);
    const parameters = await waitingFor("the browser", untilAborted(answer, options.signal));
    return {
      grant_type: "authorization_code",
      code: codeOf(parameters, server),
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...(options.resource === undefined ? {} : { resource: options.resource }),
    };
  } finally {
    loopback.stop();
  }
}

/** RFC 6749 section 4.1.2; RFC 9207 section 2.4: an answer of another issuer is an attack. */
function codeOf(parameters: URLSearchParams, { issuer, namesItself }: AuthorizationServer): string {
  const iss = parameters.get("iss");
  if (iss === null ? namesItself : iss !== issuer) {
    throw new UnansweredError("The browser came back with the answer of another issuer.");
  }
  const error = parameters.get("error");
  if (error !== null) {
    const description = parameters.get("error_description");
    throw new UnansweredError(
      `The issuer refused: ${error.slice(0, 100)}${description ? `: ${description.slice(0, 300)}` : ""}.`,
    );
  }
  const code = parameters.get("code");
  if (code === null) throw new UnansweredError("The browser came back without a code.");
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

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const stop = () => reject(new UnansweredError("Nobody logged in in time, see --timeout."));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([work, late]);
}
