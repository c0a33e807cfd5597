// Who acts and leaves before the answer, to leave no trace.
import type { RequestListener, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { documents } from "../../../cli/bundle/worker.ts";
import { startScript } from "../../../cli/workerd/workerd.ts";
import type {
  Ask,
  Configuration,
  Endpoint,
  MechanismName,
  Rule,
} from "../../../src/configuration.ts";
import type { DecisionEvent } from "../../../src/documents/schema/event.ts";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { jwtAuthenticator, keyPair } from "../../core/authorizer/world.ts";
import { type Edge, eventsOf, open, proven, provenHeaders, secrets, startIssuer } from "./world.ts";

let upstream: Loopback;
let answer: RequestListener;
let asked: string[] = [];
/** Answers what the object asks before it judges. */
let gate: RequestListener;

beforeAll(async () => {
  upstream = await listen((request, response) => {
    if (request.url === "/gate") return gate(request, response);
    asked.push(`${request.method} ${request.url}`);
    return answer(request, response);
  });
});
afterAll(() => upstream?.stop());
beforeEach(() => {
  asked = [];
  gate = (_, response) => void response.end();
});

/** Allows few enough to be written that none of these is by chance. */
const events = { path: true, sampleAllowed: 1e-9, foldAbove: 100 };
const edges = {
  proxy: "proxy(configuration)",
  protect: `protect({
    fetch: ({ url, method, body }) => fetch(UPSTREAM + new URL(url).pathname, { method, body }),
  }, configuration)`,
  hono: `new Hono().use(dpop(configuration)).all("*", ({ req }) =>
    fetch(UPSTREAM + req.path, { method: req.method, body: req.raw.body }))`,
};

/** Its object asks the gate before it judges, and the Worker logs when a client has left. */
async function run(edge: string, configuration: Configuration): Promise<Edge> {
  const { outputFiles } = await build({
    stdin: {
      resolveDir: fileURLToPath(new URL("../../../", import.meta.url)),
      contents: `
        import configuration from "#documents";
        import { Hono } from "hono";
        import { dpop } from "./adapters/cloudflare/hono.ts";
        import { protect, proxy, ReplayShard as Shard } from "./adapters/cloudflare/index.ts";
        const UPSTREAM = ${JSON.stringify(upstream.url)};
        const edge = ${edge};
        export class ReplayShard extends Shard {
          async record(...asked) {
            await fetch(UPSTREAM + "/gate");
            return super.record(...asked);
          }
        }
        export default {
          fetch(request, env, context) {
            if (request.headers.has("Tell")) request.signal.onabort = () => console.log("left");
            return edge.fetch(request, env, context);
          },
        };`,
    },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*"],
    plugins: [documents({ ...configuration, publicOrigins: [] })],
  });
  const script = outputFiles[0]?.text ?? "";
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  return { ...(await startScript({ script, replay: true, secrets, log })), lines };
}

function send(edge: Edge, line: string, fields: readonly string[] = [], body = ""): Socket {
  const { host, hostname, port } = new URL(edge.url);
  const head = [`${line} HTTP/1.1`, `Host: ${host}`, ...fields, "", ""];
  const socket = connect(Number(port), hostname);
  socket.write(head.join("\r\n") + body);
  return socket;
}

/** A reset; workerd takes a mere end for a client that has sent all, until it writes. */
const leave = (client: Socket): void => void client.resetAndDestroy();

/** Waits for these and for a later one: then no more of them will come. */
async function expectEvents(edge: Edge, expected: readonly Partial<DecisionEvent>[]) {
  const told = () => eventsOf(edge).filter(({ path }) => path !== "/later");
  await vi.waitFor(() => expect(told()).toMatchObject(expected), 10_000);
  await fetch(`${edge.url}/later`);
  await vi.waitFor(() => expect(eventsOf(edge).at(-1)?.path).toBe("/later"), 10_000);
  expect(told()).toHaveLength(expected.length);
}

describe.each(Object.entries(edges))("%s: a client that leaves while it waits", (_, code) => {
  let edge: Edge;

  beforeAll(async () => {
    edge = await run(code, open(upstream.host, { events }));
  });
  afterAll(() => edge?.stop());
  beforeEach(() => {
    edge.lines.length = 0;
  });

  test.each([
    ["with all sent", "GET", [], ""],
    ["with a body sent", "POST", ["Content-Length: 4"], "body"],
    ["half uploaded", "POST", ["Content-Length: 4"], "bo"],
    ["half uploaded, of no length", "POST", ["Transfer-Encoding: chunked"], "2\r\nbo\r\n"],
  ])("%s leaves its one event, sampled or not", async (_, method, fields, body) => {
    const arrived = Promise.withResolvers<void>();
    answer = (request) => {
      request.on("error", () => undefined).resume();
      arrived.resolve();
    };
    const client = send(edge, `${method} /api/x`, fields, body);
    await arrived.promise;
    leave(client);
    await expectEvents(edge, [
      { outcome: "allow", status: 499, upstream: { duration: expect.any(Number) } },
    ]);
    expect(eventsOf(edge)[0]).not.toHaveProperty("count");
  });
});

/** Sends what asks the gate, and opens that once the edge knows that its client has left. */
async function leaveAtGate(edge: Edge, fields: readonly string[] = []): Promise<void> {
  edge.lines.length = 0;
  const waiting = Promise.withResolvers<ServerResponse>();
  gate = (_, response) => waiting.resolve(response);
  const client = send(edge, "GET /api/x", ["Tell: 1", ...fields]);
  const held = await waiting.promise;
  leave(client);
  await vi.waitFor(() => expect(edge.lines).toContain("left"), 10_000);
  held.setHeader("Content-Type", "application/json").end('{"access_token":"x","expires_in":60}');
}

describe("a client that leaves while it is decided about", () => {
  test("its proof is judged: nothing is sent to the upstream, and there is an event", async () => {
    const issuer = await startIssuer();
    const possession = { ...jwtAuthenticator.possession, nonceRequired: false };
    const settings = proven(upstream.host, issuer.jwks, { possession }, { events });
    const edge = await run(edges.proxy, settings);
    try {
      const key = await keyPair();
      const token = await issuer.accessToken(key.jkt);
      const headers = await provenHeaders(key, token, `${edge.url}/api/x`);
      const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      await leaveAtGate(edge, fields);
      await expectEvents(edge, [{ outcome: "allow", status: 499 }]);
      expect(eventsOf(edge)[0]).not.toHaveProperty("upstream");
      await leaveAtGate(edge, fields);
      await expectEvents(edge, [{ outcome: "refuse", status: 401, code: "proof.replayed" }]);
      expect(asked).toEqual([]);
    } finally {
      await edge.stop();
      await issuer.stop();
    }
  });

  const rows: [string, MechanismName, (endpoint: Endpoint) => Partial<Rule>][] = [
    [
      "a service is asked about it",
      "remote",
      (endpoint) => ({
        authorizers: [
          { type: "remote", id: "it", ask: asking(endpoint), expressions: [], forwardHeaders: [] },
        ],
      }),
    ],
    [
      "a token for its upstream is fetched",
      "clientCredentials",
      (endpoint) => ({
        finalizers: [
          { type: "oauth2_client_credentials", id: "it", endpoint, client, scopes: [], header },
        ],
      }),
    ],
  ];
  test.each(rows)("%s: likewise", async (_, needed, changed) => {
    const endpoint = { url: `${upstream.url}/gate`, headers: {}, timeout: 5 };
    const settings = open(upstream.host, { events, needs: [needed] });
    const edge = await run(edges.proxy, {
      ...settings,
      secrets: {
        ...settings.secrets,
        credentials: { kind: "inline", from: { values: { secret: "s" } } },
      },
      rules: settings.rules.map((rule) => ({ ...rule, ...changed(endpoint) })),
    });
    try {
      await leaveAtGate(edge);
      await expectEvents(edge, [{ outcome: "allow", status: 499 }]);
      expect(asked).toEqual([]);
    } finally {
      await edge.stop();
    }
  });
});

const header = { name: "Authorization", scheme: "Bearer" };
const client = {
  type: "client_secret_basic" as const,
  clientId: "edge",
  secret: { source: "credentials", selector: "secret" },
};

function asking(endpoint: Endpoint): Ask {
  const url = [{ kind: "text" as const, text: endpoint.url }];
  const { origin } = new URL(endpoint.url);
  const whole = { url, method: "POST", headers: {}, values: {}, cacheTtl: 0 };
  return { ...whole, endpoint: { ...endpoint, url: origin } };
}
