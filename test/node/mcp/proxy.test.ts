import { execFile } from "node:child_process";
import { copyFileSync, cpSync, readFileSync, symlinkSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli, root } from "../cli/run-cli.ts";
import { type Edge, type Issuer, startIssuer } from "../dev/world.ts";
import {
  agentFiles,
  oneRule,
  type Running,
  startEverything,
  startMcpEdge,
  startProxy,
} from "./world.ts";

// Tools that know no DPoP: through the proxy, the Worker, to the reference server.
let everything: Running & { readonly host: string };
let issuer: Issuer;
let edge: Edge;
let files: Awaited<ReturnType<typeof agentFiles>>;
let proxy: Running;

beforeAll(async () => {
  [everything, issuer] = await Promise.all([startEverything(), startIssuer()]);
  edge = await startMcpEdge(issuer.jwks, oneRule(everything.host));
  files = await agentFiles(issuer.accessToken);
  proxy = await startProxy(edge.url, files);
});
afterAll(async () => {
  await proxy?.stop();
  await edge?.stop();
  await Promise.all([issuer?.stop(), everything?.stop()]);
  files?.remove();
});

/** What any client does: lists, calls, hears of progress, gives up on a call, calls side by side. */
async function useEverything(transport: Transport): Promise<void> {
  const client = new Client({ name: "agent", version: "1" });
  await client.connect(transport);
  try {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("echo");
    const progress: number[] = [];
    const long = { name: "trigger-long-running-operation", arguments: { duration: 0.4, steps: 2 } };
    await client.callTool(long, undefined, {
      onprogress: (step) => void progress.push(step.progress),
    });
    // Of one that comes together with the answer the client may hear no more.
    expect(progress[0]).toBe(1);
    const given = new AbortController();
    const endless = { ...long, arguments: { duration: 30, steps: 30 } };
    const cancelled = client.callTool(endless, undefined, { signal: given.signal });
    setTimeout(() => given.abort("enough"), 50);
    await expect(cancelled).rejects.toThrow(/enough/);
    const echoes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        client.callTool({ name: "echo", arguments: { message: `${n}` } }),
      ),
    );
    expect(echoes.map(({ content }) => content)).toEqual(
      Array.from({ length: 20 }, (_, n) => [{ type: "text", text: `Echo: ${n}` }]),
    );
  } finally {
    await client.close();
  }
}

/** It reads a package.json that is above it only within the inspector: it gets one. */
function inspector(): string {
  const folder = join(files.folder, "inspector");
  cpSync(`${root}node_modules/@modelcontextprotocol/inspector-cli`, join(folder, "cli"), {
    recursive: true,
  });
  copyFileSync(join(folder, "cli/package.json"), join(folder, "package.json"));
  symlinkSync(`${root}node_modules`, join(folder, "node_modules"), "junction");
  return join(folder, "cli/build/cli.js");
}

describe("dpop-edge proxy", () => {
  test("the SDK's client as it is", async () => {
    await useEverything(new StreamableHTTPClientTransport(new URL(`${proxy.said}/mcp`)));
  });

  test("over stdin and stdout", async () => {
    const args = ["proxy", "--stdio", "--to", `${edge.url}/mcp`, "--key", files.keyFile];
    await useEverything(
      new StdioClientTransport({
        command: process.execPath,
        args: [`${root}cli/main.ts`, ...args, "--token", `@${files.tokenFile}`],
      }),
    );
  });

  test("the inspector's command line", async () => {
    const script = inspector();
    const inspect = async (method: string, ...args: string[]): Promise<unknown> => {
      const to = ["--cli", `${proxy.said}/mcp`, "--transport", "http", "--method", method];
      const { stdout } = await promisify(execFile)(process.execPath, [script, ...to, ...args], {
        cwd: root,
      });
      return JSON.parse(stdout);
    };
    const uri = "demo://resource/static/document/features.md";
    const [tools, called, resources, read, prompts, prompt] = await Promise.all([
      inspect("tools/list"),
      inspect("tools/call", "--tool-name", "echo", "--tool-arg", "message=hello"),
      inspect("resources/list"),
      inspect("resources/read", "--uri", uri),
      inspect("prompts/list"),
      inspect("prompts/get", "--prompt-name", "args-prompt", "--prompt-args", "city=Basel"),
    ]);
    const named = (name: string) => expect.arrayContaining([expect.objectContaining({ name })]);
    expect(tools).toEqual({ tools: named("echo") });
    expect(called).toEqual({ content: [{ type: "text", text: "Echo: hello" }] });
    expect(resources).toMatchObject({
      resources: expect.arrayContaining([expect.objectContaining({ uri })]),
    });
    expect(read).toMatchObject({ contents: [{ uri, text: expect.any(String) }] });
    expect(prompts).toEqual({ prompts: named("args-prompt") });
    expect(prompt).toMatchObject({
      messages: [{ content: { text: expect.stringContaining("Basel") } }],
    });
    // Six processes that each load all of the SDK.
  }, 120_000);

  test("a body that is too long to be kept, and one whose length nobody knows", async () => {
    const padding = " ".repeat(1_500_000);
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping", params: {} }) + padding;
    const answered = await fetch(`${proxy.said}/mcp`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json, text/event-stream",
      },
      body: new Blob([body]).stream(),
      duplex: "half",
    });
    expect(await answered.text()).not.toContain("dpop-edge");
    expect(answered.status).toBeGreaterThanOrEqual(400);
  });
});

describe("who may use it", () => {
  const ask = (path: string, headers: Record<string, string> = {}): Promise<number> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(proxy.said);
      httpRequest({ host: "127.0.0.1", port, path, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on("error", reject)
        .end();
    });
  const secret = () => new URL(proxy.said).pathname.slice(1);

  test("by the path, or by the header", async () => {
    // The server's own answer to a GET without a session.
    expect(await ask(`/${secret()}/mcp`)).toBe(400);
    expect(await ask("/mcp", { "X-Dpop-Edge-Proxy": secret() })).toBe(400);
  });

  test.each<[string, () => [string, Record<string, string>]]>([
    ["no secret", () => ["/mcp", {}]],
    ["another secret", () => [`/${"A".repeat(22)}/mcp`, {}]],
    ["a part of the secret", () => [`/${secret().slice(0, -1)}/mcp`, {}]],
    ["another host: DNS rebinding", () => [`/${secret()}/mcp`, { Host: "evil.example" }]],
    ["a page of elsewhere", () => [`/${secret()}/mcp`, { Origin: "https://evil.example" }]],
  ])("%s: 403", async (_, request) => {
    expect(await ask(...request())).toBe(403);
  });

  test("token and key are never printed", async () => {
    const { access_token } = JSON.parse(readFileSync(files.tokenFile, "utf8"));
    const { d } = JSON.parse(readFileSync(files.keyFile, "utf8"));
    // Of a server that refuses it, and of one that is not there, the terminal is told.
    const others = { ...files, tokenFile: files.badTokenFile };
    const refused = await startProxy(edge.url, others);
    const nowhere = await startProxy("http://127.0.0.1:9", files);
    for (const { said } of [refused, nowhere]) await fetch(`${said}/mcp`);
    await Promise.all([refused.stop(), nowhere.stop()]);
    expect(refused.printed.join("\n")).toContain("The server takes the token no more");
    expect(nowhere.printed.join("\n")).toContain("did not answer (ECONNREFUSED)");
    const all = [proxy, refused, nowhere].flatMap(({ printed }) => printed).join("\n");
    for (const kept of [access_token, access_token.split(".")[2], d])
      expect(all).not.toContain(kept);
  });

  test.each([
    ["0.0.0.0:8080", "--listen takes a loopback address"],
    ["192.168.1.2:8080", "--listen takes a loopback address"],
    ["127.0.0.1:99999", "--listen takes a loopback address"],
  ])("--listen %s", async (listen, says) => {
    const to = ["--to", edge.url, "--key", files.keyFile, "--token", `@${files.tokenFile}`];
    const { code, stderr } = await cli(["proxy", ...to, "--listen", listen]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});
