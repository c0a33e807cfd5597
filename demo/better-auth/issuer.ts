import { readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { toNodeHandler } from "better-auth/node";
import { isRecord } from "../../src/record.ts";
import { parsed } from "../answer.ts";
import type { Issuer, IssuerOptions } from "../issuer.ts";
import { listen } from "../server.ts";
import type { Stops } from "../stops.ts";
import { type Account, createBetterAuth } from "./better-auth.ts";

const alice: Account = { user: "alice", password: "wonderland" };

/** better-auth and its plugin @better-auth/oauth-provider behind a login page of ours. */
export async function startBetterAuth(options: IssuerOptions, stops: Stops): Promise<Issuer> {
  const server = await stops.add(
    await listen(async (url) => {
      const auth = await createBetterAuth(url, options, alice);
      return withLoginPage(url, toNodeHandler(auth), auth.handler);
    }),
  );
  const url = `${server.url}/api/auth`;
  return {
    ...alice,
    url,
    jwksUri: `${url}/jwks`,
    about: `better-auth ${versionOf("better-auth")}, oauth-provider ${versionOf("@better-auth/oauth-provider")}, DPoP without nonces`,
    demandsNonce: false,
    refreshScope: "offline_access",
    stop: server.stop,
  };
}

type Handler = (request: Request) => Promise<Response>;

/** What a page of one's own does with better-auth's client, without a script. */
function withLoginPage(url: string, endpoints: RequestListener, handler: Handler): RequestListener {
  return async (request, response) => {
    const asked = new URL(request.url ?? "/", url);
    if (asked.pathname !== "/login") return endpoints(request, response);
    if (request.method === "POST") return await logIn(asked, request, response, handler);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<form method="post" action="${asked.search.replaceAll("&", "&amp;")}">
<input name="username"><input name="password" type="password"><button>Log in</button></form>`);
  };
}

/** The signed query goes along, and better-auth goes on with the authorization request. */
async function logIn(
  asked: URL,
  request: IncomingMessage,
  response: ServerResponse,
  handler: Handler,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
  const answer = await handler(
    new Request(new URL("/api/auth/sign-in/email", asked), {
      method: "POST",
      headers: { "content-type": "application/json", origin: asked.origin },
      body: JSON.stringify({
        email: `${form.get("username")}@example.com`,
        password: form.get("password"),
        oauth_query: asked.search.slice(1),
      }),
    }),
  );
  const { url } = parsed(await answer.text()) ?? {};
  if (typeof url !== "string") return void response.writeHead(answer.status).end();
  response.setHeader("set-cookie", answer.headers.getSetCookie());
  response.writeHead(303, { location: url }).end();
}

function versionOf(name: string): string {
  const file = fileURLToPath(new URL(`../../node_modules/${name}/package.json`, import.meta.url));
  const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
  return isRecord(manifest) ? String(manifest.version) : "";
}
