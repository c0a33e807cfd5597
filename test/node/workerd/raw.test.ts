// The Worker in workerd without miniflare, whose own entry parses the URL before the Worker sees it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bundleWorker } from "../../../cli/bundle/worker.ts";
import { freePort } from "../../../cli/network/free-port.ts";
import { compatibilityDate, compatibilityFlags } from "../../../cli/workerd/workerd.ts";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { open } from "../dev/world.ts";

let upstream: Loopback;
let workerd: ChildProcess;
let folder: string;
let port: number;
const seen: IncomingMessage[] = [];

beforeAll(async () => {
  upstream = await listen((request, response) => {
    seen.push(request);
    response.end("ok");
  });
  port = await freePort();
  folder = await mkdtemp(join(tmpdir(), "dpop-edge-raw-"));
  const configuration = { ...open(upstream.host), publicOrigins: [`http://127.0.0.1:${port}`] };
  await writeFile(join(folder, "worker.js"), await bundleWorker(configuration));
  await writeFile(join(folder, "config.capnp"), setting(port));
  const { default: binary } = createRequire(import.meta.url)("workerd") as { default: string };
  workerd = spawn(binary, ["serve", join(folder, "config.capnp")], { stdio: "ignore" });
  await listening(port);
});
afterAll(async () => {
  if (workerd.exitCode === null) {
    workerd.kill();
    await once(workerd, "exit");
  }
  await upstream.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  seen.length = 0;
});

test.each(["?sig='a'&d=%7e~", "?&&a=1;;b=%zz+%20&", "?a=|^`{}[]\\", "??", "?"])(
  "the upstream gets the query %s as it arrived",
  async (query) => {
    expect(await get(`/api/x${query}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen[0]?.url).toBe(`/api/x${query}`);
  },
);

test("a query less its access token, else as it arrived", async () => {
  await get("/api/x?a='1'&%61ccess_token=secret&b='2'");
  expect(seen[0]?.url).toBe("/api/x?a='1'&b='2'");
});

test("two Cookie fields are one", async () => {
  await get("/api/x", "Cookie: a=1; b=2\r\nCookie: c=3\r\n");
  expect(seen[0]?.headers.cookie).toBe("a=1; b=2; c=3");
});

async function get(target: string, fields = ""): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${fields}Connection: close\r\n\r\n`,
  );
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  await once(socket, "close");
  return received;
}

async function listening(on: number): Promise<void> {
  for (;;) {
    const socket = connect(on, "127.0.0.1");
    const open = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function setting(on: number): string {
  const flags = compatibilityFlags.map((flag) => `"${flag}"`).join(", ");
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "edge", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "${compatibilityDate}",
      compatibilityFlags = [${flags}],
      durableObjectNamespaces = [
        (className = "ReplayShard", uniqueKey = "replay", enableSql = true)
      ],
      durableObjectStorage = (inMemory = void),
      bindings = [(name = "REPLAY", durableObjectNamespace = "ReplayShard")],
      globalOutbound = "anywhere",
    )),
    (name = "anywhere", network = (allow = ["private", "public", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${on}", http = (), service = "edge")],
);
`;
}
