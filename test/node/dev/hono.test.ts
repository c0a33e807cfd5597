import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningWorker, startScript } from "../../../cli/workerd/workerd.ts";
import { type KeyPair, keyPair } from "../../core/authorizer/world.ts";
import { type Issuer, proven, provenHeaders, secrets, startIssuer } from "./world.ts";

// A Hono app with the documents as its middleware.
const app = `
  import { Hono } from "hono";
  import { dpop } from "./adapters/cloudflare/hono.ts";
  export { ReplayShard } from "./adapters/cloudflare/index.ts";
  const app = new Hono();
  app.get("/open", (c) => c.text("open"));
  app.use("/api/*", dpop(CONFIGURATION));
  app.post("/api/echo", async (c) => {
    c.header("X-App", "1");
    c.header("DPoP-Nonce", "the app's");
    return c.json({
      principal: c.get("principal"),
      authorization: c.req.header("Authorization"),
      proof: c.req.header("DPoP") ?? null,
      body: await c.req.text(),
    }, 201);
  });
  export default app;`;

let issuer: Issuer;
let worker: RunningWorker;
let key: KeyPair;
let token: string;

beforeAll(async () => {
  issuer = await startIssuer();
  key = await keyPair();
  token = await issuer.accessToken(key.jkt);
  const configuration = { ...proven("unused.example", issuer.jwks), publicOrigins: [] };
  const { outputFiles } = await build({
    stdin: {
      resolveDir: fileURLToPath(new URL("../../../", import.meta.url)),
      contents: app.replace("CONFIGURATION", JSON.stringify(configuration)),
      loader: "ts",
    },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*"],
  });
  worker = await startScript({ script: outputFiles[0]?.text ?? "", replay: true, secrets });
});
afterAll(async () => {
  await worker?.stop();
  await issuer?.stop();
});

test("a handler behind it has the principal, the internal token and the body", async () => {
  const url = `${worker.url}/api/echo`;
  const challenge = await fetch(url, { headers: await provenHeaders(key, token, url) });
  expect([challenge.status, challenge.headers.get("X-App")]).toEqual([401, null]);
  const nonce = challenge.headers.get("DPoP-Nonce");
  const headers = await provenHeaders(key, token, url, { nonce, htm: "POST" });
  const answer = await fetch(url, { method: "POST", headers, body: "hello" });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("X-App")).toBe("1");
  expect(answer.headers.get("DPoP-Nonce")).toBeNull();
  const seen = JSON.parse(await answer.text());
  expect(seen).toMatchObject({
    principal: { id: "alice", clientId: "agent", jkt: key.jkt },
    proof: null,
    body: "hello",
  });
  expect(decodeJwt(seen.authorization.replace(/^Bearer /, ""))).toMatchObject({ sub: "alice" });
  const again = await fetch(url, { method: "POST", headers, body: "hello" });
  expect(again.status).toBe(401);
});

test("what the middleware is not before is the app's own affair", async () => {
  expect(await (await fetch(`${worker.url}/open`)).text()).toBe("open");
});
