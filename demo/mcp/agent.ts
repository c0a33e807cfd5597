import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { createOAuthClient, memoryTokenStore, type OAuthClient } from "../../src/client/index.ts";
import { agentClient } from "../issuer.ts";

export interface Agent {
  readonly client: Client;
  /** Where it is registered. */
  readonly issuer: string;
  readonly oauth: OAuthClient;
  /** What a log would have: the headers of every request to the server. */
  readonly log: readonly Logged[];
  readonly session: () => string;
  readonly token: () => Promise<string>;
}

export interface Logged {
  readonly method: string;
  readonly headers: Headers;
}

const { client_id: id, client_secret: secret } = agentClient;

/** The MCP SDK's client as it is published, with the fetch of dpop-edge/client. */
export function createAgent(url: string, issuer: string): Agent {
  const log: Logged[] = [];
  const tokenStore = memoryTokenStore();
  const oauth = createOAuthClient({
    client: { id, secret, issuer },
    tokenStore,
    fetch: (asked, init) => {
      if (asked === url)
        log.push({ method: init.method ?? "GET", headers: new Headers(init.headers) });
      return fetch(asked, init);
    },
  });
  return {
    client: new Client({ name: "agent", version: "1" }),
    issuer,
    oauth,
    log,
    session: () => log.at(-1)?.headers.get("Mcp-Session-Id") ?? "",
    token: async () => (await tokenStore.read(url))?.access_token ?? "",
  };
}

export const transportOf = (url: string, { oauth }: Agent) =>
  new StreamableHTTPClientTransport(new URL(url), { fetch: oauth.fetch });
