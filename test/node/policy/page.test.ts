import { readFileSync } from "node:fs";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createProxyHandler } from "../../../adapters/aws/proxy-handler.ts";
import { compile } from "../../../src/documents/index.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import type { Equipped } from "../../../src/mechanisms.ts";
import { dpopProof, keyPair } from "../../core/authorizer/world.ts";
import { httpEvent } from "../aws/events.ts";
import { bodyOf, type Edge, type Loopback, listen, startEdge } from "../dev/world.ts";
import { type Asked, rows } from "./rows.ts";

const page = readFileSync(new URL("../../../docs/policy.md", import.meta.url), "utf8");
const origin = "https://api.example.com";
const issuer = "https://idp.example";

interface Fragment {
  readonly mechanisms?: Readonly<Record<string, readonly object[]>>;
  readonly rules?: readonly Readonly<Record<string, unknown>>[];
}

function fragments(name: "mechanisms" | "rules"): Fragment[] {
  const blocks = page.matchAll(/```yaml\n# (mechanisms|rules)\.yaml\n([\s\S]*?)```/g);
  return [...blocks].flatMap(([, of, text = ""]) => (of === name ? [parse(text) as Fragment] : []));
}

/** All documents of the page in one pair; other services and the upstream are `url`. */
function documents(url: string): Equipped {
  const host = new URL(url).host;
  const own = fragments("mechanisms").map(({ mechanisms = {} }) => mechanisms);
  const all = (kind: string) => own.flatMap((each) => each[kind] ?? []);
  const text = JSON.stringify({
    mechanisms: {
      authenticators: [
        { id: "deny_all", type: "unauthorized" },
        {
          id: "dpop_jwt",
          type: "jwt",
          config: {
            jwks_endpoint: `${url}/certs`,
            assertions: { issuers: [issuer], proof_of_possession: { type: "dpop" } },
            error_signaling: { enabled: true },
          },
        },
      ],
      authorizers: all("authorizers"),
      contextualizers: all("contextualizers"),
      finalizers: [{ id: "nothing", type: "noop" }],
    },
    default_rule: { execute: [{ authenticator: "deny_all" }, { finalizer: "nothing" }] },
    serve: { public_origin: origin },
  }).replaceAll(/https:\/\/(?:opa|openfga|pdp)\.example/g, url);
  const rules = fragments("rules").flatMap((each) => each.rules ?? []);
  const compiled = compile(
    {
      mechanisms: { document: JSON.parse(text) },
      rules: [
        { document: { rules: rules.map((rule) => ({ ...rule, forward_to: { host } })) } as never },
      ],
    },
    { environment: {} },
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, undefined, 2));
  return { ...compiled.configuration, mechanisms: allMechanisms };
}

/** What the other services know; each answers as its specification says. */
const decisions: Readonly<Record<string, (asked: never) => unknown>> = {
  "/v1/data/api/allow": ({ input }: { input: { user: string; method: string } }) =>
    input.user === "nobody" ? {} : { result: input.user === "alice" && input.method === "GET" },
  "/stores/01JDEXAMPLE/check": ({ tuple_key }: { tuple_key: Record<string, string> }) => ({
    allowed:
      JSON.stringify(tuple_key) ===
      '{"user":"user:alice","relation":"viewer","object":"document:plan"}',
  }),
  "/access/v1/evaluation": (asked: { subject: { id: string }; resource: { id: string } }) => ({
    decision: asked.subject.id === "alice" && asked.resource.id === "7",
  }),
};

let services: Loopback;
let edge: Edge;
let lambda: (event: unknown) => Promise<APIGatewayProxyStructuredResultV2>;
const client = await keyPair();
const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });

beforeAll(async () => {
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] });
  services = await listen(async (request, response) => {
    const body = (await bodyOf(request)).toString();
    response.setHeader("Content-Type", "application/json");
    const decide = decisions[request.url ?? ""];
    if (request.url === "/certs") response.end(keys);
    else if (decide) response.end(JSON.stringify(decide(JSON.parse(body) as never)));
    else response.end(JSON.stringify({ upstream: true, body }));
  });
  const configuration = documents(services.url);
  const now = () => Date.now();
  const proxy = createProxyHandler(configuration, {
    runtime: {
      now,
      fetch: (url, init) => fetch(url, init),
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      secret: () => undefined,
      replay: createMemoryReplay({ now, window: configuration.replay.window }),
      emit: () => undefined,
    },
  });
  lambda = async (event) => (await proxy(event)) as APIGatewayProxyStructuredResultV2;
  edge = await startEdge(configuration);
}, 60_000);
afterAll(async () => {
  await edge?.stop();
  await services?.stop();
});

async function headersFor({ method = "GET", claims = {}, body }: Asked, url: string) {
  const token = await new SignJWT({ sub: "alice", cnf: { jkt: client.jkt }, ...claims })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt" })
    .setIssuer(issuer)
    .setExpirationTime("5m")
    .sign(privateKey);
  const seconds = Math.floor(Date.now() / 1000);
  const proof = await dpopProof(client, token, seconds, { htm: method, htu: url });
  return {
    authorization: `DPoP ${token}`,
    dpop: proof,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
}

interface Told {
  readonly status: number;
  readonly challenge: string;
  readonly body: { readonly code?: string; readonly upstream?: true; readonly body?: string };
}

async function throughWorker(asked: Asked): Promise<Told> {
  const url = `${edge.url}${asked.path}`;
  const response = await fetch(url, {
    method: asked.method ?? "GET",
    headers: await headersFor(asked, url),
    ...(asked.body === undefined ? {} : { body: asked.body }),
  });
  return {
    status: response.status,
    challenge: response.headers.get("WWW-Authenticate") ?? "",
    body: (await response.json()) as Told["body"],
  };
}

async function throughLambda(asked: Asked): Promise<Told> {
  const { method = "GET", path, body } = asked;
  const headers = await headersFor(asked, `${origin}${path}`);
  const event = httpEvent({ method, rawPath: path, headers }, body === undefined ? {} : { body });
  const answer = await lambda(event);
  const text = answer.isBase64Encoded
    ? Buffer.from(answer.body ?? "", "base64").toString()
    : (answer.body ?? "");
  return {
    status: answer.statusCode ?? 0,
    challenge: String(answer.headers?.["www-authenticate"] ?? ""),
    body: JSON.parse(text) as Told["body"],
  };
}

describe.each([
  ["the Worker", throughWorker],
  ["the Lambda proxy", throughLambda],
] as const)("docs/policy.md in %s", (_, ask) => {
  test.each(rows)("$name", async ({ asked, code }) => {
    const told = await ask(asked);
    if (code === undefined) {
      expect(told).toMatchObject({ status: 200, body: { upstream: true } });
      if (asked.body !== undefined) expect(told.body.body).toBe(asked.body);
      return;
    }
    expect(told.body.code).toBe(code);
    if (code === "policy.step_up") {
      expect(told.challenge).toContain(
        'error="insufficient_user_authentication", acr_values="urn:example:mfa", max_age="300"',
      );
    }
  });
});

test("every document of the page has a row", () => {
  const ids = fragments("rules").flatMap(({ rules = [] }) => rules.map(({ id }) => String(id)));
  expect(ids).toHaveLength(9);
});
