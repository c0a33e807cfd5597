import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../cli/network/free-port.ts";
import { compatibilityDate, compatibilityFlags } from "../cli/workerd/workerd.ts";

// The runtime itself, as it is deployed: no miniflare in front, no inspector unless asked for.

export interface RawWorkerdOptions {
  /** One ES module. */
  readonly script: string;
  /** The module exports `ReplayShard`: bound as REPLAY, its storage on disk. */
  readonly replay?: boolean;
  /** The module exports `RevocationList` beside it: bound as REVOCATIONS. */
  readonly revocations?: boolean;
  /** Text bindings by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** 0, or absent: any free one. */
  readonly port?: number;
  /** Opens the inspector. */
  readonly inspector?: boolean;
  /** Further Workers of the same script, each an isolate on a port of its own; the objects are the first one's. */
  readonly furtherPorts?: readonly number[];
  /** Flags of V8, for what looks inside. */
  readonly v8Flags?: readonly string[];
}

export interface RawWorkerd {
  readonly port: number;
  readonly pid: number;
  /** Of the inspector. */
  readonly inspectorPort?: number;
  /** Microseconds of CPU that the process has taken so far, all threads. */
  cpu(): number;
  /** Resident memory, MiB. */
  memory(): number;
  /** SIGKILL and a new start on the same port and disk; the pid changes. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const binary = fileURLToPath(new URL("../node_modules/workerd/bin/workerd", import.meta.url));

export async function startRawWorkerd(options: RawWorkerdOptions): Promise<RawWorkerd> {
  const folder = mkdtempSync(join(tmpdir(), "dpop-edge-workerd-"));
  const port = await freePort(options.port);
  const inspectorPort = options.inspector ? await freePort() : undefined;
  writeFileSync(join(folder, "worker.js"), options.script);
  writeFileSync(join(folder, "config.capnp"), capnp(options, folder, port));
  const start = () => launch(folder, port, inspectorPort);
  let running = await start();
  const pid = () => running.pid ?? Number.NaN;
  return {
    port,
    get pid() {
      return pid();
    },
    ...(inspectorPort === undefined ? {} : { inspectorPort }),
    cpu: () => cpuOf(pid()),
    memory: () => memoryOf(pid()),
    async restart() {
      await end(running);
      running = await start();
    },
    async stop() {
      await end(running);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(
  folder: string,
  port: number,
  inspectorPort: number | undefined,
): Promise<ChildProcess> {
  const inspector =
    inspectorPort === undefined ? [] : [`--inspector-addr=127.0.0.1:${inspectorPort}`];
  const child = spawn(binary, ["serve", ...inspector, join(folder, "config.capnp")], {
    stdio: ["ignore", "ignore", process.env.BENCH_STDERR ? "inherit" : "ignore"],
  });
  // Whatever ends this process must not leave the runtime behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error("workerd did not start; set BENCH_STDERR=1");
    if (await listens(port)) return child;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await end(child);
  throw new Error("workerd does not listen");
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(socket.end() === socket));
    socket.once("error", () => resolve(false));
  });
}

function capnp(options: RawWorkerdOptions, folder: string, port: number): string {
  const text = JSON.stringify;
  const secrets = Object.entries(options.secrets ?? {}).map(
    ([name, value]) => `(name = ${text(name)}, text = ${text(value)})`,
  );
  const objects = [
    ...(options.replay ? [{ name: "REPLAY", className: "ReplayShard" }] : []),
    ...(options.revocations ? [{ name: "REVOCATIONS", className: "RevocationList" }] : []),
  ];
  const ports = [port, ...(options.furtherPorts ?? [])];
  const workers = ports.map((_, at) => {
    const owner = (className: string) =>
      at === 0 ? text(className) : `(className = "${className}", serviceName = "main0")`;
    const bound = objects.map(
      ({ name, className }) =>
        `(name = ${text(name)}, durableObjectNamespace = ${owner(className)})`,
    );
    const namespaces = objects.map(
      ({ className: name }) =>
        `(className = ${text(name)}, uniqueKey = ${text(name)}, enableSql = true)`,
    );
    const owned = `durableObjectNamespaces = [${namespaces.join(", ")}],
      durableObjectStorage = (localDisk = "disk"),`;
    return `(name = "main${at}", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = ${text(compatibilityDate)},
      compatibilityFlags = ${text(compatibilityFlags)},
      bindings = [${[...secrets, ...bound].join(", ")}],
      ${objects.length > 0 && at === 0 ? owned : ""}
      globalOutbound = "network",
    ))`;
  });
  const sockets = ports.map(
    (each, at) =>
      `(name = "http${at}", address = "127.0.0.1:${each}", http = (), service = "main${at}")`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${workers.join(",\n    ")},
    (name = "network", network = (allow = ["public", "private", "local"])),
    (name = "disk", disk = (path = ${text(folder)}, writable = true)),
  ],
  sockets = [${sockets.join(", ")}],
  v8Flags = [${(options.v8Flags ?? []).map((flag) => text(flag)).join(", ")}],
);
`;
}

/** The kernel's own account, in nanoseconds; /proc/PID/stat counts in hundredths of a second. */
function cpuOf(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [ran = "0"] = read(`/proc/${pid}/task/${thread}/schedstat`).split(" ");
    nanoseconds += Number(ran);
  }
  return nanoseconds / 1000;
}

function memoryOf(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(kibibytes) / 1024;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // A thread that has just ended.
    return "";
  }
}
