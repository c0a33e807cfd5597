import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorker } from "../../../cli/workerd/workerd.ts";
import { compiled } from "../../../demo/documents.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import {
  createTestClient,
  createTestIssuer,
  type Send,
  type TestClient,
  type TestIssuer,
} from "../../../src/testing/index.ts";
import { createVerifier } from "../../../src/upstream/index.ts";
import { lambda } from "../../../testing/lambda.ts";
import { answering, type Loopback, listen } from "../../../testing/loopback.ts";
import { madeSecrets } from "../../../testing/made-secrets.ts";

const origin = "https://api.example.com";
const url = `${origin}/orders`;

interface Issuer extends Loopback {
  readonly tokens: TestIssuer;
  readonly client: TestClient;
}

let old: Issuer;
let next: Issuer;
let upstream: Loopback;
/** How the upstream reaches the edge: only for its public keys. */
let edge: Send;

/** Each with keys, clients and a way of naming people of its own. */
async function startIssuer(name: string): Promise<Issuer> {
  const tokens = await createTestIssuer({ issuer: `https://${name}.example`, audience: origin });
  const server = await listen(answering(() => Response.json(tokens.jwks)));
  return { ...server, tokens, client: await createTestClient({ issuer: tokens }) };
}

/** An API that trusts the edge alone, and was started before anybody thought of another issuer. */
function startUpstream(): Promise<Loopback> {
  const verifier = createVerifier({
    jwksUrl: `${origin}/.well-known/jwks`,
    audience: "orders",
    fetch: async (asked, init) => edge(new Request(asked, init)),
  });
  const answer = async ({ headers }: Request) => {
    const verified = await verifier.verify(headers);
    if (!verified.ok) return Response.json(verified, { status: 401 });
    const { sub, iss, aud } = verified.claims;
    return Response.json({ sub, iss, aud, claims: Object.keys(verified.claims).toSorted() });
  };
  return listen(answering(answer));
}

beforeAll(async () => {
  [old, next, upstream] = await Promise.all([
    startIssuer("old"),
    startIssuer("next"),
    startUpstream(),
  ]);
});
afterAll(() => Promise.all([old, next, upstream].map((each) => each.stop())));

/** The pair with those issuers, in that order; nothing else of it differs. */
function configurationOf(issuers: readonly Issuer[]) {
  const authenticators = issuers.map(({ url: keys, tokens: { issuer } }) => ({
    id: new URL(issuer).hostname,
    type: "jwt",
    config: {
      jwks_endpoint: `${keys}/certs`,
      assertions: {
        issuers: [issuer],
        audience: [origin],
        proof_of_possession: { type: "dpop", config: { nonce_required: true } },
      },
      error_signaling: { enabled: true },
    },
  }));
  const mechanisms = {
    serve: { public_origin: origin },
    secret_management: {
      nonce_keys: { type: "jwks", config: { secret: "NONCE_KEYS" } },
      signing_keys: { type: "pem", config: { secret: "SIGNING_KEYS" } },
    },
    master_key: { source: "nonce_keys" },
    mechanisms: {
      authenticators: [{ id: "deny_all", type: "unauthorized" }, ...authenticators],
      finalizers: [
        {
          id: "internal",
          type: "jwt",
          config: {
            signer: { secret: { source: "signing_keys" } },
            audience: ["orders"],
            ttl: "1m",
          },
        },
      ],
    },
    default_rule: { execute: [{ authenticator: "deny_all" }, { finalizer: "internal" }] },
  };
  const rules = {
    rules: [
      {
        id: "orders",
        match: { routes: [{ path: "/orders" }] },
        forward_to: { host: upstream.host, rewrite: { scheme: "http" } },
        execute: authenticators.map(({ id }) => ({ authenticator: id })),
      },
    ],
  };
  return compiled(
    {
      mechanisms: { file: "mechanisms.yaml", text: JSON.stringify(mechanisms) },
      rules: [{ file: "rules.yaml", text: JSON.stringify(rules) }],
    },
    {},
  );
}

async function call({ client }: Issuer, subject: string) {
  const answer = await client.call(edge, url, { token: { subject } });
  const body: unknown = await answer.json();
  return answer.ok ? body : Object.entries(body ?? {}).find(([name]) => name === "code")?.[1];
}

const seen = (sub: string) => ({
  sub,
  iss: "dpop-edge",
  aud: "orders",
  claims: ["aud", "exp", "iat", "iss", "jti", "nbf", "sub"],
});

/** What each issuer's client gets, while the document names one, both, and the other. */
async function swap(deploy: (issuers: readonly Issuer[]) => Promise<void>) {
  const steps: ReadonlyArray<[issuers: Issuer[], ofOld: unknown, ofNext: unknown]> = [
    [[old], seen("alice"), "token.issuer"],
    [[old, next], seen("alice"), seen("bob")],
    [[next, old], seen("alice"), seen("bob")],
    [[next], "token.issuer", seen("bob")],
  ];
  for (const [issuers, ofOld, ofNext] of steps) {
    await deploy(issuers);
    expect([await call(old, "alice"), await call(next, "bob")]).toEqual([ofOld, ofNext]);
  }
}

describe("two issuers, one upstream, one internal token: the upstream notices nothing", () => {
  test("in the Worker", async () => {
    const configuration = configurationOf([old]);
    const secrets = await madeSecrets(configuration);
    const worker = await startWorker({ configuration, secrets });
    edge = worker.send;
    try {
      await swap(async (issuers) =>
        worker.replace({ configuration: configurationOf(issuers), secrets }),
      );
    } finally {
      await worker.stop();
    }
  });

  test("in the Lambda proxy", async () => {
    const secrets = await madeSecrets(configurationOf([old]));
    await stopAndStartUpstream();
    await swap(async (issuers) => {
      const configuration = configurationOf(issuers);
      const { window } = configuration.replay;
      const replay = createMemoryReplay({ now: () => Date.now(), window });
      edge = await lambda(configuration, secrets, replay);
    });
  });
});

/** Other keys of the edge: another deployment, and an upstream of its own. */
async function stopAndStartUpstream(): Promise<void> {
  await upstream.stop();
  upstream = await startUpstream();
}
