import type { Configuration } from "../../src/configuration.ts";
import { loadTool } from "../bundle/load-tool.ts";
import { bundleWorker } from "../bundle/worker.ts";
import { freePort } from "../network/free-port.ts";
import { withOwnSignals } from "./own-signals.ts";

/** As in wrangler.toml. */
export const compatibilityDate = "2026-11-01";
export const compatibilityFlags = [
  "no_nodejs_compat",
  "no_nodejs_compat_v2",
  "fetch_legacy_url",
  "enable_request_signal",
];

export interface ScriptOptions {
  /** One ES module. */
  readonly script: string;
  /** The module exports `ReplayShard`, to be bound as REPLAY. */
  readonly replay?: boolean;
  /** The module exports `RevocationList`, to be bound as REVOCATIONS. */
  readonly revocations?: boolean;
  /** Text bindings by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** 0, or absent: any free one. */
  readonly port?: number;
  /** A folder that outlives the process; absent: storage ends with it. */
  readonly persist?: string;
  /** Receives each line that the Worker logs; absent: nobody. */
  readonly log?: (line: string) => void;
}

export interface WorkerOptions extends Omit<ScriptOptions, "script" | "replay" | "revocations"> {
  readonly configuration: Configuration;
}

export interface RunningWorker {
  /** The origin that it listens on, without a path. */
  readonly url: string;
  /** As if the request had come to its own URL, whatever its host. Redirects are not followed. */
  send(request: Request): Promise<Response>;
  /** Ends the runtime and its processes. */
  stop(): Promise<void>;
}

/** `replace`: the same address and storage, from now on with these. */
export interface ReplaceableWorker extends RunningWorker {
  replace(options: Pick<WorkerOptions, "configuration" | "secrets">): Promise<void>;
}

interface RunningScript extends RunningWorker {
  replace(options: ScriptOptions): Promise<void>;
}

/**
 * Runs the Worker under local workerd, its Durable Object included. Where the configuration has
 * public origins the local one is added, so that documents made for production can be tried.
 */
export async function startWorker(options: WorkerOptions): Promise<ReplaceableWorker> {
  const port = await freePort(options.port);
  const configuration = withLocalOrigin(options.configuration, port);
  const running = await startScript({ ...options, port, ...(await bundled(configuration)) });
  return {
    ...running,
    async replace({ configuration, ...secrets }) {
      const script = await bundled(withLocalOrigin(configuration, port));
      await running.replace({ ...options, ...secrets, ...script });
    },
  };
}

async function bundled(configuration: Configuration) {
  const script = await bundleWorker(configuration);
  return { script, replay: true, revocations: configuration.revocation !== undefined };
}

/** Runs any module Worker the way `startWorker` does. */
export async function startScript(options: ScriptOptions): Promise<RunningScript> {
  const { Miniflare } = await loadTool<typeof import("miniflare")>("miniflare");
  const port = await freePort(options.port);
  const miniflare = withOwnSignals(() => new Miniflare(runtimeOf({ ...options, port })));
  try {
    await miniflare.ready;
  } catch (fault) {
    await miniflare.dispose();
    throw fault;
  }
  return {
    url: localOrigin(port),
    async send(request) {
      const { method, headers, url } = request;
      const body = request.body === null ? null : await request.arrayBuffer();
      const answer = await miniflare.dispatchFetch(url, {
        method,
        headers: Object.fromEntries(headers),
        body,
        redirect: "manual",
      });
      const { status } = answer;
      const bytes = nullBody.has(status) ? null : await answer.arrayBuffer();
      return new Response(bytes, { status, headers: [...answer.headers] });
    },
    replace: (options) => miniflare.setOptions(runtimeOf({ ...options, port })),
    stop: () => miniflare.dispose(),
  };
}

/** What miniflare is told. */
function runtimeOf({ script, secrets = {}, persist, log, port = 0, ...exported }: ScriptOptions) {
  const name = "dpop-edge";
  const objects = {
    ...(exported.replay ? { REPLAY: "ReplayShard" } : {}),
    ...(exported.revocations ? { REVOCATIONS: "RevocationList" } : {}),
  };
  return {
    host: "127.0.0.1",
    port,
    cf: false,
    telemetry: { enabled: false },
    handleStructuredLogs: ({ message }: { readonly message: string }) => log?.(message),
    ...(persist === undefined ? {} : { resourcePersistencePath: persist }),
    workers: [
      {
        config: {
          name,
          compatibilityDate,
          compatibilityFlags,
          manifest: {
            mainModule: "worker.js",
            modules: { "worker.js": { type: "esm", contents: script } },
          },
          exports: mapped(objects, (_, className) => [
            className,
            { type: "durable-object" as const, storage: "sqlite" as const },
          ]),
          env: {
            ...mapped(secrets, (name, value) => [name, { type: "text" as const, value }]),
            ...mapped(objects, (binding, exportName) => [
              binding,
              { type: "durable-object" as const, worker: name, exportName },
            ]),
          },
        },
      },
    ],
  } satisfies import("miniflare").MiniflareOptions;
}

/** Fetch standard, "null body status". */
const nullBody = new Set([101, 103, 204, 205, 304]);

export const localOrigin = (port: number): string => `http://127.0.0.1:${port}`;

function withLocalOrigin(configuration: Configuration, port: number): Configuration {
  const { publicOrigins } = configuration;
  if (publicOrigins.length === 0) return configuration;
  const local = [localOrigin(port), `http://localhost:${port}`];
  return { ...configuration, publicOrigins: [...new Set([...publicOrigins, ...local])] };
}

function mapped<T>(
  texts: Readonly<Record<string, string>>,
  each: (name: string, text: string) => [string, T],
): Record<string, T> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => each(name, text)));
}
