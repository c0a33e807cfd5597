import type { IncomingMessage, ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { listen } from "../../../demo/server.ts";

/** An issuer that is as a test wants it. */
export interface Issuer {
  readonly metadata?: (url: string) => unknown;
  readonly token?: (request: IncomingMessage, response: ServerResponse, body: string) => void;
  /** Answers elsewhere than OpenID discovery (RFC 8414 section 3.1). */
  readonly oauthOnly?: boolean;
}

/** On loopback, until the test ends. */
export async function startIssuer({ metadata, token, oauthOnly }: Issuer): Promise<string> {
  const server = await listen((url) => async (request, response) => {
    const known = oauthOnly
      ? "/.well-known/oauth-authorization-server"
      : "/.well-known/openid-configuration";
    if (request.url === known) {
      const document = metadata?.(url) ?? { issuer: url, token_endpoint: `${url}/token` };
      response.end(JSON.stringify(document));
    } else if (request.url === "/token") {
      let body = "";
      for await (const chunk of request) body += chunk;
      token?.(request, response, body);
    } else response.writeHead(404).end();
  });
  onTestFinished(() => server.stop());
  return server.url;
}
