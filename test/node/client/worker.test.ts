import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startScript } from "../../../cli/workerd/workerd.ts";
import { exportKey, generateKey } from "../../../src/client/index.ts";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { type Edge, type Issuer, proven, startEdge, startIssuer } from "../dev/world.ts";

// The client in a Worker, with the runtime's own fetch and Request.
let issuer: Issuer;
let service: Loopback;
let edge: Edge;
beforeAll(async () => {
  issuer = await startIssuer();
  service = await listen((request, response) => {
    if (request.url === "/api/old") response.writeHead(307, { Location: "/api/new" });
    request.pipe(response);
  });
  edge = await startEdge(proven(service.host, issuer.jwks));
});
afterAll(async () => {
  await edge?.stop();
  await service?.stop();
  await issuer?.stop();
});

const source = `
  import { createDpopClient, importKey, memoryKeyStore } from "./src/client/index.ts";

  let asked = 0;
  let client;
  async function made({ KEY, TOKEN, EDGE }) {
    return createDpopClient({
      keyStore: memoryKeyStore(await importKey(KEY)),
      token: TOKEN,
      origins: [EDGE],
      watch: () => { asked += 1; },
    });
  }
  export default {
    async fetch(_, env) {
      client ??= await made(env);
      const before = asked;
      const get = await Promise.all([1, 2, 3, 4, 5].map((n) => client.fetch(env.EDGE + "/api/" + n)));
      const requests = asked - before;
      const post = await client.fetch(new Request(env.EDGE + "/api/x", { method: "POST", body: "orders" }));
      const moved = await client.fetch(env.EDGE + "/api/old", { method: "PUT", body: "moved" });
      const stream = await client.fetch(env.EDGE + "/api/x", { method: "POST", body: new Blob(["streamed"]).stream() });
      return Response.json({
        requests,
        statuses: get.map(({ status }) => status),
        bodies: await Promise.all([post, moved, stream].map((response) => response.text())),
      });
    },
  };`;

test("a Worker calls through the edge", async () => {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: new URL("../../..", import.meta.url).pathname },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
  });
  const key = await generateKey({ extractable: true });
  const worker = await startScript({
    script: outputFiles[0]?.text ?? "",
    secrets: {
      KEY: await exportKey(key, "pem"),
      TOKEN: await issuer.accessToken(key.thumbprint),
      EDGE: edge.url,
    },
  });
  try {
    const statuses = [200, 200, 200, 200, 200];
    const bodies = ["orders", "moved", "streamed"];
    const ask = async () => (await fetch(worker.url)).json();
    expect(await ask()).toEqual({ requests: 6, statuses, bodies });
    expect(await ask()).toEqual({ requests: 5, statuses, bodies });
  } finally {
    await worker.stop();
  }
});
