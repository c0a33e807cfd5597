import { type Authorizer, createAuthorizer } from "../../../src/authorizer.ts";
import type { Configuration } from "../../../src/configuration.ts";
import { compile } from "../../../src/documents/index.ts";
import { createMemoryReplay } from "../../../src/dpop/replay-memory.ts";
import type { DecisionEvent } from "../../../src/event.ts";
import { allMechanisms } from "../../../src/mechanisms/all.ts";
import type { RevocationStore } from "../../../src/runtime.ts";
import { origin, start } from "./world.ts";

/** A pair with these authenticators, as YAML, all but the last step of its one rule. */
export function authenticating(authenticators: string, steps: readonly string[], rule = "") {
  return {
    mechanisms: `
serve: {public_origin: ${origin}}
secret_management:
  signing_keys: {type: jwks, config: {secret: SIGNING_KEYS}}
  texts: {type: inline, config: {secret: TEXTS}}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - {id: anyone, type: anonymous}
${authenticators.replace(/^/gm, "    ")}
  finalizers:
    - id: internal
      type: jwt
      config:
        signer: {source: signing_keys}
        audience: upstream
        claims: '{"from": {{ quote .Subject.Attributes.iss }}}'
default_rule:
  execute: [{authenticator: deny_all}, {finalizer: internal}]
`,
    rules: `
rules:
  - id: api
    match: {routes: [{path: "/api/**"}]}
    forward_to: {host: upstream.example}
    execute: [${steps.map((id) => `{authenticator: ${id}}, `).join("")}{finalizer: internal}]
    ${rule}
`,
  };
}

export function compiledPair(pair: { mechanisms: string; rules: string }) {
  return compile(
    {
      mechanisms: { file: "mechanisms.yaml", text: pair.mechanisms },
      rules: [{ file: "rules.yaml", text: pair.rules }],
    },
    { environment: {} },
  );
}

export type Answer = (url: string, init: RequestInit) => Response | Promise<Response>;

export interface Edge {
  readonly authorizer: Authorizer;
  readonly configuration: Configuration;
  readonly events: DecisionEvent[];
  readonly clock: { seconds: number };
  readonly asked: Array<{ readonly url: string; readonly init: RequestInit }>;
  answer: Answer;
}

/** Compiles; throws with what is wrong. */
export function edgeOf(
  pair: { mechanisms: string; rules: string },
  answer: Answer,
  secrets: Readonly<Record<string, string>> = {},
  revocations?: RevocationStore,
): Edge {
  const result = compiledPair(pair);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2));
  const { configuration } = result;
  const clock = { seconds: start };
  const now = () => clock.seconds * 1000;
  const asked: Edge["asked"] = [];
  const events: DecisionEvent[] = [];
  const edge: Edge = {
    configuration,
    events,
    clock,
    asked,
    answer,
    authorizer: createAuthorizer(
      { ...configuration, mechanisms: allMechanisms },
      {
        now,
        ...(revocations === undefined ? {} : { revocations }),
        fetch: async (url, init) => {
          asked.push({ url, init });
          return await edge.answer(url, init);
        },
        random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
        secret: (from) =>
          "binding" in from ? new Map(Object.entries(secrets)).get(from.binding) : undefined,
        replay: createMemoryReplay({ now, window: configuration.replay.window }),
        emit: (event) => events.push(event),
      },
    ),
  };
  return edge;
}
