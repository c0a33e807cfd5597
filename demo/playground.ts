import { readFile } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Configuration } from "../src/configuration.ts";
import { carryOut } from "./attack.ts";
import { attacks } from "./attacks.ts";
import { logIn } from "./client.ts";
import { pageClient } from "./issuer.ts";
import { generateKeys } from "./keys.ts";
import { badNonces, gatherLoot } from "./loot.ts";
import { createNewsroom, type Newsroom } from "./newsroom.ts";
import { recorded, type Sent } from "./sent.ts";
import { listen } from "./server.ts";
import type { Setting } from "./setting.ts";
import { openStage, type Stage, type StageOptions } from "./stage.ts";
import type { Stops } from "./stops.ts";
import { createThief } from "./thief.ts";
import { send } from "./wire.ts";

export interface Playground {
  readonly url: string;
  readonly stage: Stage;
}

/**
 * The stage, and beside it the page, on an origin of its own: the edge serves no HTML, and the
 * browser asks it across origins, as it asks an API in earnest.
 */
export async function openPlayground(
  { configure, lifetime = 3600, log: told }: StageOptions,
  stops: Stops,
): Promise<Playground> {
  const news = createNewsroom();
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end();
  const page = await stops.add(
    await listen(() => (request, response) => answer(request, response)),
  );
  const log = (line: string) => {
    news.publish(line);
    told?.(line);
  };
  const withPage = async (environment: Parameters<StageOptions["configure"]>[0]) =>
    readableBy(page.url, await configure(environment));
  const stage = await openStage({ configure: withPage, lifetime, page: page.url, log }, stops);
  answer = guarded(page.url, await routes(stage, page.url, news));
  return { url: `${page.url}/`, stage };
}

/** The documents, and the page among the origins that may call and read. */
function readableBy(origin: string, configuration: Configuration): Configuration {
  const { cors } = configuration;
  return {
    ...configuration,
    cors: {
      allowedMethods: ["GET", "POST"],
      allowedHeaders: ["Authorization", "DPoP"],
      exposedHeaders: ["Date"],
      allowCredentials: false,
      maxAge: 600,
      ...cors,
      allowedOrigins: [...(cors?.allowedOrigins ?? []), origin],
    },
  };
}

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>;

async function routes(stage: Stage, origin: string, news: Newsroom): Promise<RequestListener> {
  const { issuer, origin: edge, upstream, resource, scope } = stage;
  const setting: Setting = {
    edge,
    issuer: issuer.url,
    upstream: upstream.url,
    resource,
    scope,
    clientId: pageClient.client_id,
  };
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${edge} ${issuer.url}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  const html = { "content-type": "text/html; charset=utf-8", "content-security-policy": policy };
  const served: Readonly<Record<string, Route>> = {
    "GET /": fixed(html, await file("index.html")),
    "GET /page.js": fixed({ "content-type": "text/javascript" }, await bundle("main.ts")),
    "GET /page.css": fixed({ "content-type": "text/css" }, await bundle("page.css")),
    "GET /icon.svg": fixed({ "content-type": "image/svg+xml" }, await file("icon.svg")),
    "GET /setting": fixed({ "content-type": "application/json" }, JSON.stringify(setting)),
    "GET /events": (_request, response) => news.subscribe(response),
    "POST /nonces": async (_request, response) => json(response, await badNonces(stage)),
    "POST /attacks": async (_request, response, url) => {
      const launched = await launch(stage, url.searchParams.get("name"));
      json(response, launched ?? {}, launched === undefined ? 404 : 200);
    },
  };
  return async (request, response) => {
    const asked = request.url ?? "/";
    const url = URL.canParse(asked, origin) ? new URL(asked, origin) : undefined;
    const route = url && served[`${request.method} ${url.pathname}`];
    if (url === undefined || route === undefined) return void response.writeHead(404).end();
    try {
      await route(request, response, url);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      json(response, { error: said }, 500);
    }
  };
}

/** What no page can send is sent from here, by a thief with a victim of its own. */
async function launch(stage: Stage, name: string | null) {
  const attack = attacks.find((each) => each.name === name);
  if (attack === undefined) return undefined;
  const { issuer, origin, scope } = stage;
  const keys = await generateKeys();
  const session = await logIn({ issuer, resource: origin, scope, keys });
  const sent: Sent[] = [];
  const loot = await gatherLoot(stage, session);
  const thief = await createThief({ ...loot, send: recorded(send, (each) => sent.push(each)) });
  return { outcome: await carryOut(attack, thief), sent };
}

/** Neither another site's page, nor one that has our address under a name of its own, gets in. */
function guarded(origin: string, listener: RequestListener): RequestListener {
  return (request, response) => {
    const { host, origin: from } = request.headers;
    const ours = host === new URL(origin).host && (request.method === "GET" || from === origin);
    if (!ours) return void response.writeHead(403).end();
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("referrer-policy", "no-referrer");
    response.setHeader("cache-control", "no-store");
    return listener(request, response);
  };
}

function fixed(headers: Readonly<Record<string, string>>, body: string): Route {
  return (_request, response) => void response.writeHead(200, headers).end(body);
}

function json(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

const folder = new URL("./page/", import.meta.url);

function file(name: string): Promise<string> {
  return readFile(new URL(name, folder), "utf8");
}

/** A module or a style sheet with everything that it imports. */
async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(name, folder))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    platform: "browser",
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
