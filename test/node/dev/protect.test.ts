import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startScript } from "../../../cli/workerd/workerd.ts";
import type { Configuration } from "../../../src/configuration.ts";
import { type KeyPair, keyPair } from "../../core/authorizer/world.ts";
import {
  type Edge,
  type Issuer,
  open,
  proven,
  provenHeaders,
  secrets,
  startIssuer,
} from "./world.ts";

// Somebody's own Worker, as the README shows it: `protect` around an app.

const app = `{
  async fetch(request, env, context) {
    const url = new URL(request.url);
    if (url.pathname === "/api/throws") throw new Error("a secret of the app");
    if (url.pathname === "/api/socket") {
      const [client, server] = Object.values(new WebSocketPair());
      server.accept();
      server.send("hello " + principalOf(request).id);
      return new Response(null, { status: 101, webSocket: client });
    }
    if (url.pathname === "/api/gzip") {
      const headers = { "Content-Encoding": "gzip", "Content-Type": "text/plain" };
      const body = new Blob(["compressed once"]).stream().pipeThrough(new CompressionStream("gzip"));
      return new Response(body, { status: 201, statusText: "Made", headers, encodeBody: "manual" });
    }
    context.waitUntil(Promise.resolve());
    return Response.json({
      url: request.url,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
      principal: principalOf(request) ?? null,
      ofACopy: principalOf(new Request(request.url)) ?? null,
      env: Object.keys(env),
    }, { headers: { "DPoP-Nonce": "the app's", "X-App": "1" } });
  },
}`;

let issuer: Issuer;
let edge: Edge;
let key: KeyPair;
let token: string;
const lines: string[] = [];

async function run(configuration: Configuration, replay = true): Promise<Edge> {
  const { outputFiles } = await build({
    stdin: {
      resolveDir: fileURLToPath(new URL("../../../", import.meta.url)),
      contents: `
        import { principalOf, protect } from "./adapters/cloudflare/index.ts";
        export { ReplayShard } from "./adapters/cloudflare/index.ts";
        export default protect(${app}, ${JSON.stringify(configuration)});`,
    },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*"],
  });
  const script = outputFiles[0]?.text ?? "";
  const log = (line: string) => void lines.push(line);
  return { ...(await startScript({ script, replay, secrets, log })), lines };
}

beforeAll(async () => {
  issuer = await startIssuer();
  key = await keyPair();
  token = await issuer.accessToken(key.jkt);
  edge = await run({ ...proven("unused.example", issuer.jwks), publicOrigins: [] });
});
afterAll(async () => {
  await edge?.stop();
  await issuer?.stop();
});
beforeEach(() => {
  lines.length = 0;
});

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const url = `${edge.url}${path}`;
  const htm = init.method ?? "GET";
  const challenge = await fetch(url, { headers: await provenHeaders(key, token, url) });
  expect(challenge.status).toBe(401);
  const nonce = challenge.headers.get("DPoP-Nonce");
  const headers = await provenHeaders(key, token, url, { nonce, htm });
  return fetch(url, { ...init, headers });
}

test("the app sees the verified request and whose it is", async () => {
  const response = await call("/api/x", { method: "POST", body: "a body" });
  expect(response.status).toBe(200);
  const seen = JSON.parse(await response.text());
  expect(seen).toMatchObject({
    url: `${edge.url}/api/x`,
    method: "POST",
    body: "a body",
    principal: { id: "alice", clientId: "agent", jkt: key.jkt },
    ofACopy: null,
  });
  expect(seen.headers.dpop).toBeUndefined();
  expect(seen.env).toContain("REPLAY");
  const internal = seen.headers.authorization.replace(/^Bearer /, "");
  expect(decodeJwt(internal)).toMatchObject({ sub: "alice", aud: expect.anything() });
});

test("its answer passes the edge: no nonce but the edge's", async () => {
  const { headers } = await call("/api/x");
  expect(headers.get("X-App")).toBe("1");
  expect(headers.get("DPoP-Nonce")).toBeNull();
});

test("what is refused never reaches it", async () => {
  for (const path of ["/api/x", "/elsewhere"]) {
    const response = await fetch(`${edge.url}${path}`);
    expect(response.status).toBe(401);
    expect(response.headers.get("X-App")).toBeNull();
  }
});

test("an app that throws is a 500 that leaks nothing", async () => {
  const response = await call("/api/throws");
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    error_description: expect.any(String),
    code: "internal",
    request_id: response.headers.get("X-Request-Id"),
  });
});

test("a body that the app has compressed is not compressed again; status and its text stay", async () => {
  const response = await call("/api/gzip");
  expect([response.status, response.statusText]).toEqual([201, "Made"]);
  expect(await response.text()).toBe("compressed once");
});

test("keys are served beside it", async () => {
  expect((await fetch(`${edge.url}/.well-known/jwks`)).status).toBe(200);
});

test("a WebSocket of the app", async () => {
  const open_ = await run({ ...open("unused.example"), publicOrigins: [] });
  try {
    const socket = new WebSocket(`${open_.url.replace("http", "ws")}/api/socket`);
    const [message] = await once(socket, "message");
    expect(message.data).toBe("hello anonymous");
    socket.close();
    await once(socket, "close");
  } finally {
    await open_.stop();
  }
});

test("without the Durable Object binding it refuses, and the log says what to add", async () => {
  const unbound = await run({ ...open("unused.example"), publicOrigins: [] }, false);
  try {
    expect((await fetch(`${unbound.url}/api/x`)).status).toBe(500);
    // The log is a pipe: its line may come after the answer.
    const told = () =>
      expect(lines.join("\n")).toMatch(/REPLAY.*durable_objects\.bindings.*ReplayShard/);
    await vi.waitFor(told, 10_000);
  } finally {
    await unbound.stop();
  }
});
