// The agent that the conformance suite drives: dpop-edge/client as the fetch of the MCP SDK. Its
// argument is the server's URL; MCP_CONFORMANCE_CONTEXT may say who it is.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createOAuthClient, type RegisteredClient } from "../../../src/client/index.ts";

const server = new URL(process.argv.at(-1) ?? "");
const context: unknown = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}");

const oauth = createOAuthClient({
  ...(await identity(context)),
  clientName: "dpop-edge conformance agent",
  clientMetadataUrl: "https://conformance-test.local/client-metadata.json",
  redirectUri: "http://localhost:3000/callback",
  ...(process.env.MCP_CONFORMANCE_SCENARIO?.includes("client-credentials") ? {} : { authorize }),
  // Its baseline scenarios give tokens that are bound to no key.
  allowBearer: true,
});

const client = new Client(
  { name: "dpop-edge-agent", version: "1" },
  { versionNegotiation: { mode: "auto" } },
);
await client.connect(new StreamableHTTPClientTransport(server, { fetch: oauth.fetch }));
const { tools } = await client.listTools();
for (const { name } of tools) {
  // A scenario may refuse a tool on purpose.
  await client.callTool({ name, arguments: {} }).catch((error: unknown) => {
    process.stderr.write(`${name}: ${String(error)}\n`);
  });
}
await client.close();

async function identity(said: unknown): Promise<{ readonly client?: RegisteredClient }> {
  if (typeof said !== "object" || said === null || !("client_id" in said)) return {};
  const id = String(said.client_id);
  if (!("client_secret" in said)) return { client: { id } };
  return { client: { id, secret: String(said.client_secret), issuer: await issuerOf(server) } };
}

/** The suite does not say where the client was registered, and means: wherever the server sends it. */
async function issuerOf({ origin, pathname }: URL): Promise<string> {
  const places = [`/.well-known/oauth-protected-resource${pathname}`];
  for (const place of [...places, "/.well-known/oauth-protected-resource"]) {
    const response = await fetch(`${origin}${place}`);
    const metadata: unknown = response.ok ? await response.json() : undefined;
    if (typeof metadata !== "object" || metadata === null) continue;
    if (!("authorization_servers" in metadata)) continue;
    const { authorization_servers: issuers } = metadata;
    if (Array.isArray(issuers)) return String(issuers[0]);
  }
  return origin;
}

/** The suite's issuer asks nobody anything. */
async function authorize(page: URL): Promise<URL> {
  const response = await fetch(page, { redirect: "manual" });
  const location = response.headers.get("Location");
  if (location === null) throw new Error(`The issuer answered ${response.status}.`);
  return new URL(location, page);
}
