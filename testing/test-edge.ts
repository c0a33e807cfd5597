import { compileFolder } from "../cli/documents/compile-folder.ts";
import { startWorker } from "../cli/workerd/workerd.ts";
import type { Configuration, JwtAuthenticator } from "../src/configuration.ts";
import { formatProblem } from "../src/documents/index.ts";
import { createMemoryReplay } from "../src/dpop/replay-memory.ts";
import {
  createTestClient,
  createTestIssuer,
  type Send,
  type TestClient,
  type TestIssuer,
} from "../src/testing/index.ts";
import { lambda } from "./lambda.ts";
import { answering, type Loopback, listen } from "./loopback.ts";
import { madeSecrets } from "./made-secrets.ts";

export interface TestEdgeOptions {
  /** The folder with both documents; "config" by default. */
  readonly config?: string | undefined;
  /** What runs: the Worker under local workerd, or the Lambda proxy in this process. */
  readonly target?: "cloudflare" | "aws" | undefined;
  /** Answers in place of every upstream; an echo of what arrived by default. */
  readonly upstream?: ((request: Request) => Response | Promise<Response>) | undefined;
}

/** Two documents, running: with an issuer and an upstream of the test's own in place of the real ones. */
export interface TestEdge {
  /** What clients call: the documents' first public origin. */
  readonly origin: string;
  readonly issuer: TestIssuer;
  /** An honest client, and the attacks that it can play. */
  readonly client: TestClient;
  /** Sends a request to the edge as if it had come to `origin`. */
  readonly send: Send;
  /** Ends what it started. */
  stop(): Promise<void>;
}

/**
 * Runs the documents of a folder as they will run, for a test: whatever they say of keys and upstreams
 * is replaced, whatever they decide stays. Secrets are made anew. Throws an Error that names every
 * problem of documents that do not compile.
 */
export async function startTestEdge(options: TestEdgeOptions = {}): Promise<TestEdge> {
  const { config = "config", target = "cloudflare", upstream = echo } = options;
  const compiled = compileFolder(config, target);
  if (!compiled.ok) throw new Error(compiled.problems.map(formatProblem).join("\n"));
  const { configuration } = compiled;
  const [origin = "https://api.example.com"] = configuration.publicOrigins;
  const authenticator = tokenAuthenticator(configuration, config);
  const issuer = await createTestIssuer({
    issuer: authenticator.issuers[0] ?? new URL(authenticator.keys.endpoint.url).origin,
    audience: authenticator.audience[0] ?? origin,
  });
  const keys = await listen(answering(() => Response.json(issuer.jwks)));
  const behind = await listen(answering(upstream));
  const settings = rewired(configuration, { issuer, keys, behind });
  const secrets = await madeSecrets(configuration);
  const running = await start(target, settings, secrets);
  return {
    origin,
    issuer,
    client: await createTestClient({ issuer }),
    send: running.send,
    async stop() {
      await Promise.all([running.stop(), keys.stop(), behind.stop()]);
    },
  };
}

type Running = Pick<TestEdge, "send" | "stop">;

async function start(
  target: "cloudflare" | "aws",
  configuration: Configuration,
  secrets: Readonly<Record<string, string>>,
): Promise<Running> {
  switch (target) {
    case "cloudflare": {
      const worker = await startWorker({ configuration, secrets });
      return { send: worker.send, stop: () => worker.stop() };
    }
    case "aws": {
      const replay = createMemoryReplay({
        now: () => Date.now(),
        window: configuration.replay.window,
      });
      return { send: await lambda(configuration, secrets, replay), stop: async () => undefined };
    }
  }
}

function tokenAuthenticator(configuration: Configuration, config: string): JwtAuthenticator {
  const all = configuration.rules.flatMap(({ authenticators }) => authenticators);
  const found = all.find((each) => each.type === "jwt");
  if (found !== undefined) return found;
  throw new Error(
    `No rule of ${config} has an authenticator of type jwt: a test edge has nobody to make tokens for.`,
  );
}

interface InPlace {
  readonly issuer: TestIssuer;
  readonly keys: Loopback;
  readonly behind: Loopback;
}

/** The issuer's keys and every upstream become the test's own; nothing that is decided changes. */
function rewired(configuration: Configuration, { issuer, keys, behind }: InPlace): Configuration {
  const endpoint = { url: `${keys.url}/certs`, headers: {}, timeout: 5 };
  const own = (each: JwtAuthenticator): JwtAuthenticator => {
    // The test's own issuer has keys, and nobody who vouches for them.
    const { trustAnchors: _, ...keys } = each.keys;
    const issuers = each.issuers.length === 0 ? [issuer.issuer] : each.issuers;
    return { ...each, keys: { ...keys, kind: "jwks", endpoint }, issuers };
  };
  return {
    ...configuration,
    rules: configuration.rules.map((rule) => ({
      ...rule,
      authenticators: rule.authenticators.map((each) => (each.type === "jwt" ? own(each) : each)),
      ...(rule.forwardTo === undefined
        ? {}
        : { forwardTo: { ...rule.forwardTo, scheme: "http" as const, host: behind.host } }),
    })),
  };
}

/** What arrived, as JSON: for tests that ask what the upstream sees. */
async function echo(request: Request): Promise<Response> {
  return Response.json({
    method: request.method,
    path: new URL(request.url).pathname,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  });
}
