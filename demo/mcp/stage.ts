import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "../../cli/network/free-port.ts";
import { startWorker } from "../../cli/workerd/workerd.ts";
import { type Issuer, startIssuer } from "../issuer.ts";
import { freshSecrets } from "../secrets.ts";
import type { Stops } from "../stops.ts";
import { mcpDocuments } from "./documents.ts";

export interface Stage {
  /** Where agents find the server: the edge's. */
  readonly url: string;
  readonly issuer: Issuer;
}

/** An issuer, the reference MCP server, and the Worker in front of it. */
export async function startStage(stops: Stops): Promise<Stage> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  const [issuer, server] = await Promise.all([startIssuer({ resources: [url] }), startServer()]);
  await stops.add(issuer);
  await stops.add(server);
  const configuration = mcpDocuments({
    ISSUER: issuer.url,
    JWKS: issuer.jwksUri,
    RESOURCE: url,
    SERVER: server.host,
  });
  await stops.add(await startWorker({ configuration, secrets: freshSecrets(configuration), port }));
  return { url, issuer };
}

async function startServer(): Promise<{ readonly host: string; stop(): Promise<void> }> {
  const port = await freePort();
  const script = fileURLToPath(
    import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"),
  );
  const child = spawn(process.execPath, [script, "streamableHttp"], {
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        if (/listening on port/i.test(line)) resolve();
      });
    }
  });
  await Promise.race([
    ready,
    ended.then(() => {
      throw new Error("The MCP server did not start.");
    }),
  ]);
  return {
    host: `127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
