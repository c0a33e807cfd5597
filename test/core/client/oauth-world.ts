import {
  createOAuthClient,
  memoryTokenStore,
  type RegisteredClient,
  type TokenStore,
} from "../../../src/client/index.ts";

export const server = "https://mcp.example/mcp";
export const issuer = "https://idp.example";

export type Answers = Readonly<Record<string, (init: RequestInit) => Response | Promise<Response>>>;

export const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
};
export const json = (value: object, status = 200) => Response.json(value, { status });
export const challenge = (parameters: string, status = 401) =>
  new Response(null, { status, headers: { "WWW-Authenticate": `DPoP ${parameters}` } });

/** A response says who gave it, after redirects that fetch has followed. */
export const from = (url: string, response: Response) =>
  Object.defineProperty(response, "url", { value: url });

/** A server that wants a token, and its issuer; what is asked of whom is told. */
export function world(
  changed: Answers = {},
  registered: RegisteredClient = { id: "agent" },
  tokenStore: TokenStore = memoryTokenStore(),
) {
  const asked: string[] = [];
  const answers: Answers = {
    [server]: ({ headers }) => {
      const sent = new Headers(headers).get("Authorization");
      return sent === "DPoP good" ? json({ ok: true }) : challenge('scope="call"');
    },
    "https://mcp.example/.well-known/oauth-protected-resource/mcp": () =>
      json({ resource: server, authorization_servers: [issuer] }),
    [`${issuer}/.well-known/oauth-authorization-server`]: () => json(metadata),
    [`${issuer}/token`]: () => json({ access_token: "good", token_type: "DPoP", expires_in: 300 }),
    ...changed,
  };
  let page: URL | undefined;
  const client = createOAuthClient({
    client: registered,
    redirectUri: "http://127.0.0.1/callback",
    tokenStore,
    authorize: async (where) => {
      page = where;
      const back = new URL("http://127.0.0.1/callback?code=c");
      back.searchParams.set("state", where.searchParams.get("state") ?? "");
      return back;
    },
    fetch: async (url, init) => {
      asked.push(url);
      const response = (await answers[url]?.(init)) ?? json({}, 404);
      return response.url === "" ? from(url, response) : response;
    },
  });
  return { client, asked, tokenStore, page: () => page };
}
