import { z } from "zod";

const text = (description: string, sample: string) =>
  z
    .string()
    .min(1)
    .max(512)
    .meta({ description, examples: [sample] });
const hash = (of: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional()
    .meta({ description: `Keyed hash of ${of}.`, examples: ["8f3b2c1d0e9a7c55"] });
const count = (description: string, sample: number) =>
  z
    .number()
    .min(0)
    .meta({ description, examples: [sample] });
const seconds = (description: string, sample: number) =>
  z
    .int()
    .optional()
    .meta({ description, examples: [sample] });
const status = (description: string, sample: number) =>
  z
    .int()
    .min(100)
    .max(599)
    .optional()
    .meta({ description, examples: [sample] });

/** What one line of the log says. A field that does not apply, or that nobody knows, is absent. */
export const decisionEvent = z
  .strictObject({
    v: z.literal(1).meta({
      description:
        "The schema's version. New fields may come within a version; none changes its meaning or goes.",
    }),
    time: z.iso.datetime({ precision: 3 }).meta({
      description: "When the request came, in UTC (ISO 8601).",
      examples: ["2026-11-25T10:30:12.250Z"],
    }),
    request_id: text(
      "The platform's id of the request (CF-Ray, API Gateway's requestId), else a random one. The upstream and the client get it as `X-Request-Id`, and a refusal's body has it.",
      "9e2f0c5b7d1a4c3e-FRA",
    ),
    trace_id: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional()
      .meta({
        description: "The trace id of the request's `traceparent` (W3C Trace Context).",
        examples: ["4bf92f3577b34da6a3ce929d0e0e4736"],
      }),
    outcome: z
      .enum(["allow", "refuse", "preflight", "keys", "metadata", "health", "revocations"])
      .meta({
        description:
          "What was decided. keys, metadata, health and revocations: the edge's own pages.",
        examples: ["refuse"],
      }),
    status: status(
      "What the client got. 499: nothing, since it left before; with `upstream` that had been asked, without it nothing was sent there. Absent on an allow of an API Gateway authorizer, which sees no answer.",
      401,
    ),
    code: text("Why it was refused: a code of docs/errors.md.", "proof.htu").optional(),
    would: text(
      "Where enforcement is shadow: the code that `required` would have refused with.",
      "token.unbound",
    ).optional(),
    expected: text(
      "Of a refusal, and of a preflight after which a browser sends nothing: what would have passed.",
      "https://api.example.com/api/orders",
    ).optional(),
    found: text(
      "What was there instead, cut short; whatever is as long as a key or a token is a keyed hash.",
      "https://api.example.com/orders",
    ).optional(),
    fault: text(
      "Of a code `internal`: what is wrong on our side, for the operator.",
      'The secret source "nonce_keys" (secret DPOP_NONCE_KEYS): there is no such secret, or it is empty.',
    ).optional(),
    method: text("The request's method.", "GET"),
    path: text(
      "The path that was asked, without its query. `serve.events.path: false` leaves it out.",
      "/api/orders",
    ).optional(),
    route: text("The path expression of the rule that matched.", "/api/**").optional(),
    rule: text("The id of the rule that matched.", "upstream:api").optional(),
    authenticator: text(
      "The id of the authenticator that judged the token.",
      "dpop_jwt",
    ).optional(),
    scheme: z
      .enum(["dpop", "bearer"])
      .optional()
      .meta({ description: "How the token was sent.", examples: ["dpop"] }),
    issuer: text("Who issued the token, once it is verified.", "https://idp.example").optional(),
    client: text("The token's client_id or azp, once it is verified.", "web").optional(),
    sub: hash("the principal's id"),
    jkt: hash("the thumbprint of the key that the token is bound to"),
    token: hash("the token's own jti: one value for all requests with one token"),
    jti: hash("the proof's jti and key: a replay and its original have the same"),
    alg: text("The algorithm of the proof.", "ES256").optional(),
    proof_age: seconds(
      "Seconds from the proof's iat to now; below 0 where its maker's clock is ahead.",
      1,
    ),
    clock_skew: seconds(
      "Seconds that the client's clock is off for certain: above 0 ahead, below 0 behind the time at which its nonce was made.",
      0,
    ),
    nonce: z
      .enum(["absent", "live", "aging", "expired", "foreign"])
      .optional()
      .meta({
        description:
          "The proof's nonce. aging: past half its life. foreign: not ours, or of another store.",
        examples: ["live"],
      }),
    revocation: z
      .enum(["checked", "unchecked"])
      .optional()
      .meta({
        description:
          "Where the documents have `serve.revocation`: whether a list that is young enough was at hand. unchecked: it was not, and the request passed without one.",
        examples: ["checked"],
      }),
    replay: z
      .strictObject({
        mode: text("Where used proofs are remembered.", "generation"),
        shard: text("Which store judged.", "shard-weur-3").optional(),
      })
      .optional()
      .meta({
        description: "Who judged whether the proof is new.",
        examples: [{ mode: "generation", shard: "shard-weur-3" }],
      }),
    stages: z
      .partialRecord(
        z.enum(["route", "token", "proof", "nonce", "revocation", "replay", "policy", "finalize"]),
        count("Milliseconds.", 2),
      )
      .optional()
      .meta({
        description:
          "Milliseconds by stage, those of a millisecond or more. On Workers the clock stands still while code runs: what counts is waiting.",
        examples: [{ token: 12, replay: 4 }],
      }),
    duration: count("Milliseconds from the request to the decision.", 17),
    upstream: z
      .strictObject({
        status: status("What the upstream answered.", 200),
        problem: text("What went wrong there: docs/errors.md has the list.", "late").optional(),
        duration: count(
          "Milliseconds to its response headers, or until the client left.",
          31,
        ).optional(),
      })
      .optional()
      .meta({
        description: "What became of the request behind the edge.",
        examples: [{ status: 200, duration: 31 }],
      }),
    region: text(
      "Where it was decided: Cloudflare's data center, the AWS region.",
      "FRA",
    ).optional(),
    documents: text(
      "Fingerprint of what the documents compiled to: it changes with them.",
      "5f0qQkz8pYc3nB1xv9TtUw",
    ).optional(),
    count: count(
      "How many requests this line stands for, where it is more than one: sampled allows, folded refusals.",
      100,
    ).optional(),
  })
  .meta({
    title: "dpop-edge event",
    description: "One line of the log: what became of one request. docs/events.md explains it.",
  });

export type DecisionEvent = z.output<typeof decisionEvent>;
