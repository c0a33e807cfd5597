import { DpopError } from "../../src/client/index.ts";
import { authorizationCode as grantOf } from "../../src/client/oauth/authorization.ts";
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
 * RFC 8252: the grant's parameters, once the browser has come back.
 * @throws UnansweredError where it does not, or comes with an error
 */
export async function authorizationCode(
  server: AuthorizationServer,
  { port, browser, signal, ...asked }: AuthorizationOptions,
): Promise<Readonly<Record<string, string>>> {
  if (server.authorizationEndpoint === undefined) {
    throw new UnansweredError(
      "The issuer has no authorization_endpoint: use --client-credentials.",
    );
  }
  const loopback = await listenForBrowser(port);
  const authorize = async (page: URL) => {
    process.stderr.write(`Log in at\n  ${page.href}\n`);
    if (browser) openBrowser(page.href);
    const answer = loopback.answer(page.searchParams.get("state"));
    return await waitingFor("the browser", untilAborted(answer, signal));
  };
  try {
    return await grantOf(server, { ...asked, redirectUri: loopback.redirectUri, authorize });
  } catch (error) {
    throw error instanceof DpopError ? new UnansweredError(error.message) : error;
  } finally {
    loopback.stop();
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const stop = () => reject(new UnansweredError("Nobody logged in in time, see --timeout."));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([work, late]);
}
