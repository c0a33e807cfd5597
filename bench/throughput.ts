import { Agent, createServer, request as httpRequest, type Server } from "node:http";
import { startScript, startWorker } from "../cli/workerd.ts";
import type { Configuration } from "../src/configuration.ts";
import {
  apiRule,
  clientKey,
  createWorld,
  dpopProof,
  jwtAuthenticator,
  noNonce,
} from "../test/core/authorizer/world.ts";
import { median } from "./timing.ts";

const connections = 32;
const requests = 4000;
const rounds = 3;

export type ReplayMode = Configuration["replay"]["mode"];

export interface Throughput {
  /** Requests a second. */
  readonly worker: number;
  readonly passThrough: number;
}

/** The Worker and a Worker that only passes requests on, in turn, before the same upstream. */
export async function throughput(mode: ReplayMode): Promise<Throughput> {
  const world = createWorld();
  world.clock.seconds = Math.floor(Date.now() / 1000);
  const jwks = await (await world.jwks()).text();
  const upstream = createServer((_, response) => response.end("upstream"));
  const issuer = createServer((_, response) => response.end(jwks));
  const upstreamHost = await listen(upstream);
  const issuerHost = await listen(issuer);
  const worker = await startWorker({
    configuration: local(issuerHost, upstreamHost, mode),
    secrets: present(world.secrets),
  });
  const passThrough = await startScript({
    script: `export default { fetch(request) {
      const url = new URL(request.url);
      url.host = ${JSON.stringify(upstreamHost)};
      return fetch(new Request(url, request));
    } };`,
  });
  try {
    const token = await world.accessToken({ cnf: { jkt: clientKey.jkt } });
    const signed = async (nonce: Readonly<Record<string, string>>) => ({
      Authorization: `DPoP ${token}`,
      DPoP: await dpopProof(clientKey, token, Math.floor(Date.now() / 1000), {
        htu: `${worker.url}/api/x`,
        ...nonce,
      }),
    });
    const nonce = await challenged(`${worker.url}/api/x`, await signed({}));
    const proofs = async () =>
      await Promise.all(Array.from({ length: requests }, () => signed({ nonce })));
    const rates = { worker: [0], passThrough: [0] };
    await load(worker.url, (await proofs()).slice(0, 500));
    for (let round = 0; round < rounds; round += 1) {
      const headers = await proofs();
      rates.worker[round] = await load(worker.url, headers);
      rates.passThrough[round] = await load(passThrough.url, headers);
    }
    return { worker: median(rates.worker), passThrough: median(rates.passThrough) };
  } finally {
    await Promise.all([worker.stop(), passThrough.stop()]);
    upstream.close();
    issuer.close();
  }
}

function local(issuerHost: string, upstreamHost: string, mode: ReplayMode): Configuration {
  const endpoint = { ...jwtAuthenticator.keys.endpoint, url: `http://${issuerHost}/certs` };
  const authenticator = {
    ...jwtAuthenticator,
    keys: { ...jwtAuthenticator.keys, endpoint },
    possession: { ...jwtAuthenticator.possession, maxAge: 300 },
  };
  const forwardTo = {
    scheme: "http",
    host: upstreamHost,
    forwardHostHeader: false,
    stripQueryParameters: [],
  } as const;
  const replay = { ...noNonce.replay, mode, shards: 16, window: 400 };
  return {
    ...noNonce,
    replay,
    rules: [{ ...apiRule, authenticators: [authenticator], forwardTo }],
  };
}

/** The nonce of a first challenge: a steady client has one. */
async function challenged(url: string, headers: Record<string, string>): Promise<string> {
  const { status, headers: answered } = await fetch(url, { headers });
  const nonce = answered.get("DPoP-Nonce");
  if (status !== 401 || nonce === null) throw new Error(`no challenge, but ${status}`);
  return nonce;
}

/** Requests a second over keep-alive connections; any answer but 200 ends the bench. */
async function load(origin: string, headers: readonly Record<string, string>[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const waiting = [...headers];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
        await call(`${origin}/api/x`, agent, next);
    }),
  );
  agent.destroy();
  return (headers.length * 1000) / (performance.now() - began);
}

function call(url: string, agent: Agent, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { agent, headers }, (response) => {
      response.resume().on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    })
      .on("error", reject)
      .end();
  });
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address !== "object" || address === null) throw new Error("no address");
      resolve(`127.0.0.1:${address.port}`);
    });
  });
}

function present(secrets: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
