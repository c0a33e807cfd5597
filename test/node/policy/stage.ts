import { readFileSync } from "node:fs";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { parse } from "yaml";
import { createProxyHandler } from "../../../adapters/aws/proxy-handler.ts";
import { compile } from "../../../src/documents/index.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import type { Equipped } from "../../../src/mechanisms.ts";
import { listen } from "../../../testing/loopback.ts";
import { dpopProof, keyPair } from "../../core/authorizer/world.ts";
import { httpEvent } from "../aws/events.ts";
import { bodyOf, startEdge } from "../dev/world.ts";
import type { Asked } from "./rows.ts";

const page = readFileSync(new URL("../../../docs/policy.md", import.meta.url), "utf8");
const origin = "https://api.example.com";
const issuer = "https://idp.example";

interface Fragment {
  readonly mechanisms?: Readonly<Record<string, readonly object[]>>;
  readonly rules?: readonly Readonly<Record<string, unknown>>[];
}

/** The page's own documents, each text between its fences. */
export function fragments(name: "mechanisms" | "rules", text = page): Fragment[] {
  const blocks = text.matchAll(/```yaml\n# (mechanisms|rules)\.yaml\n([\s\S]*?)```/g);
  return [...blocks].flatMap(([, of, inner = ""]) =>
    of === name ? [parse(inner) as Fragment] : [],
  );
}

/** All documents in one pair; the issuer and the upstream are `url`, other services as `moved` says. */
function documents(text: string, url: string, moved: Moved): Equipped {
  const host = new URL(url).host;
  const own = fragments("mechanisms", text).map(({ mechanisms = {} }) => mechanisms);
  const all = (kind: string) => own.flatMap((each) => each[kind] ?? []);
  const mechanisms = JSON.stringify({
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
      finalizers: [{ id: "nothing", type: "noop" }, ...all("finalizers")],
    },
    default_rule: { execute: [{ authenticator: "deny_all" }, { finalizer: "nothing" }] },
    serve: { public_origin: origin },
  });
  const rules = fragments("rules", text).flatMap((each) => each.rules ?? []);
  const document = { rules: rules.map((rule) => ({ ...rule, forward_to: { host } })) };
  const compiled = compile(
    {
      mechanisms: { document: JSON.parse(movedIn(mechanisms, moved)) },
      rules: [{ document: JSON.parse(movedIn(JSON.stringify(document), moved)) }],
    },
    { environment: {} },
  );
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, undefined, 2));
  return { ...compiled.configuration, mechanisms: allMechanisms };
}

/** What the page writes, and what it is on this machine. */
export type Moved = Readonly<Record<string, string>>;

function movedIn(text: string, moved: Moved): string {
  return Object.entries(moved).reduce((all, [from, to]) => all.replaceAll(from, to), text);
}

export interface Told {
  readonly status: number;
  readonly challenge: string;
  readonly body: {
    readonly code?: string;
    readonly upstream?: true;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

export interface PolicyStage {
  throughWorker(asked: Asked): Promise<Told>;
  throughLambda(asked: Asked): Promise<Told>;
  stop(): Promise<void>;
}

/** The documents of the page, or of `text`, in the Worker and in the Lambda proxy, with an issuer and an upstream. */
export async function startPolicyStage(
  services: (url: string) => Moved,
  answers: Readonly<Record<string, (asked: never) => unknown>> = {},
  text = page,
): Promise<PolicyStage> {
  const client = await keyPair();
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] });
  const loopback = await listen(async (request, response) => {
    const body = (await bodyOf(request)).toString();
    response.setHeader("Content-Type", "application/json");
    const answer = answers[request.url ?? ""];
    if (request.url === "/certs") response.end(keys);
    else if (answer) response.end(JSON.stringify(answer(JSON.parse(body) as never)));
    else response.end(JSON.stringify({ upstream: true, body, headers: request.headers }));
  });
  const configuration = documents(text, loopback.url, services(loopback.url));
  const now = () => Date.now();
  const lambda = createProxyHandler(configuration, {
    runtime: {
      now,
      fetch: (url, init) => fetch(url, init),
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      secret: () => undefined,
      replay: createMemoryReplay({ now, window: configuration.replay.window }),
      emit: () => undefined,
    },
  });
  const edge = await startEdge(configuration);

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

  return {
    async throughWorker(asked) {
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
    },
    async throughLambda(asked) {
      const { method = "GET", path, body } = asked;
      const headers = await headersFor(asked, `${origin}${path}`);
      const event = httpEvent(
        { method, rawPath: path, headers },
        body === undefined ? {} : { body },
      );
      const answer = (await lambda(event)) as APIGatewayProxyStructuredResultV2;
      const told = answer.isBase64Encoded
        ? Buffer.from(answer.body ?? "", "base64").toString()
        : (answer.body ?? "");
      return {
        status: answer.statusCode ?? 0,
        challenge: String(answer.headers?.["www-authenticate"] ?? ""),
        body: JSON.parse(told) as Told["body"],
      };
    },
    async stop() {
      await edge.stop();
      await loopback.stop();
    },
  };
}
