import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "../cli/network/free-port.ts";
import type { Configuration, Rule } from "../src/configuration.ts";
import {
  apiRule,
  createWorld,
  jwtAuthenticator,
  configuration as plain,
} from "../test/core/authorizer/world.ts";

/** The real Worker under workerd, its storage on disk, before an upstream that counts. */
export interface Stage {
  readonly url: string;
  /** How often a request with that X-Proof came through. */
  readonly accepted: ReadonlyMap<string, number>;
  accessToken(jkt: string): Promise<string>;
  /** SIGKILL for node and workerd alike, in the middle of whatever they do, and a new start. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** `/api/**` requires a nonce, `/open/**` does not. */
export async function openStage(mode: Configuration["replay"]["mode"]): Promise<Stage> {
  const world = createWorld();
  world.clock.seconds = Math.floor(Date.now() / 1000);
  const accepted = new Map<string, number>();
  const upstream = await listen((request, response) => {
    const proof = String(request.headers["x-proof"]);
    accepted.set(proof, (accepted.get(proof) ?? 0) + 1);
    response.end();
  });
  const keys = await (await world.jwks()).text();
  const issuer = await listen((_, response) => response.end(keys));
  const folder = mkdtempSync(join(tmpdir(), "dpop-edge-chaos-"));
  const file = join(folder, "settings.json");
  const port = await freePort(0);
  const settings = {
    configuration: withHosts(issuer.host, upstream.host, mode),
    secrets: world.secrets,
    persist: join(folder, "storage"),
    port,
  };
  writeFileSync(file, JSON.stringify(settings));
  let edge = await startEdge(file);
  return {
    url: `http://127.0.0.1:${port}`,
    accepted,
    accessToken: (jkt) => world.accessToken({ cnf: { jkt }, exp: world.clock.seconds + 86_400 }),
    async restart() {
      await kill(edge);
      edge = await startEdge(file);
    },
    async stop() {
      await kill(edge);
      upstream.stop();
      issuer.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function withHosts(
  issuerHost: string,
  upstreamHost: string,
  mode: Configuration["replay"]["mode"],
): Configuration {
  const keys = {
    ...jwtAuthenticator.keys,
    endpoint: { ...jwtAuthenticator.keys.endpoint, url: `http://${issuerHost}/certs` },
  };
  const rule = (path: string, nonceRequired: boolean): Rule => ({
    ...apiRule,
    id: path,
    match: {
      ...apiRule.match,
      routes: [
        {
          expression: `/${path}/**`,
          segments: [{ kind: "literal", value: path }, { kind: "rest" }],
          captures: [],
        },
      ],
    },
    forwardTo: {
      scheme: "http",
      host: upstreamHost,
      forwardHostHeader: false,
      stripQueryParameters: [],
    },
    authenticators: [
      { ...jwtAuthenticator, keys, possession: { ...jwtAuthenticator.possession, nonceRequired } },
    ],
    finalizers: [],
  });
  return {
    ...plain,
    replay: { mode, shards: 4, regions: "auto", window: 130 },
    rules: [rule("api", true), rule("open", false)],
  };
}

async function startEdge(file: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("./chaos-edge.ts", import.meta.url));
  const edge = spawn(process.execPath, [script, file], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(edge.stdout)) if (line.startsWith("ready on")) break;
  if (edge.exitCode !== null) throw new Error("the edge did not start");
  edge.stdout.resume();
  return edge;
}

async function kill(edge: ChildProcess): Promise<void> {
  if (edge.pid === undefined || edge.exitCode !== null) return;
  const ended = once(edge, "exit");
  process.kill(-edge.pid, "SIGKILL");
  await ended;
}

async function listen(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { host: `127.0.0.1:${address.port}`, stop };
}
