import { z } from "zod";
import { authenticator } from "./authenticator.ts";
import { authorizer } from "./authorizers.ts";
import { contextualizer } from "./contextualizers.ts";
import { cors } from "./cors.ts";
import { errorHandler, finalizer } from "./finalizers.ts";
import { health } from "./health.ts";
import { protectedResource } from "./protected-resource.ts";
import { revocation } from "./revocation.ts";
import { secretReference, secretSource } from "./secrets.ts";
import { errorStep, step } from "./steps.ts";
import { duration, identifier, ignored, pattern, size } from "./words.ts";

const origin = pattern(/^https?:\/\/[^\s/?#@]+$/, "an origin such as https://api.example.com");

const elsewhere = "the platform listens, and ends TLS";

export const serve = z.strictObject({
  public_origin: z
    .union([origin, z.array(origin).min(1)])
    .optional()
    .meta({
      description:
        "What clients sign as htu and rules see as host: one origin, or a list. Requests for another one get 421. Without it, on Workers the request's own.",
      sample: ["https://api.example.com"],
    }),
  base_path: pattern(/^(|\/|(\/[^\s/?#]+)+\/?)$/, "a path such as /prefix")
    .default("")
    .meta({
      description: "A prefix that the platform removed before the request came here.",
      sample: ["/prefix"],
    }),
  timeout: z
    .strictObject({
      read: duration()
        .prefault("30s")
        .meta({ description: "The wait for an upstream's response headers." }),
      write: ignored("the platform sends responses"),
      idle: ignored("the platform keeps connections"),
    })
    .prefault({})
    .meta({ description: "How long to wait." }),
  limits: z
    .strictObject({
      token: size().prefault("16KiB").meta({
        description: "The longest access token; a longer one gets 431. At most 64KiB.",
      }),
      proof: size().prefault("8KiB").meta({
        description: "The longest DPoP proof; a longer one gets 431. At most 64KiB.",
      }),
      body: size().prefault("64KiB").meta({
        description:
          "The longest request body that is read where a rule looks into it. At most 10MiB.",
      }),
    })
    .prefault({})
    .meta({ description: "What is read at most, in bytes or as 16KiB." }),
  cors: cors.optional(),
  events: z
    .strictObject({
      sample_allowed: z
        .number()
        .gt(0)
        .max(1)
        .default(1)
        .meta({
          description:
            "Which part of the allowed requests is a line of the log. Refusals, upstream failures and what shadow would refuse are lines always.",
          sample: [0.01],
        }),
      fold_above: z.int().min(1).default(100).meta({
        description:
          "How many lines one kind of refusal (code, rule and client) may be in ten seconds; beyond, they are counted together.",
      }),
      path: z.boolean().default(true).meta({
        description: "Whether a line tells the request's path; its query is never told.",
      }),
    })
    .prefault({})
    .meta({ description: "What is logged of requests: docs/events.md." }),
  protected_resource: protectedResource.optional(),
  streams: z
    .strictObject({
      end_with_token: z.boolean().default(true).meta({
        description:
          "Whether a stream of events ends when the token that opened it says that it ends; one that was opened in the leeway after it ends with the leeway.",
      }),
    })
    .prefault({})
    .meta({ description: "Streams of events." }),
  health: health.optional(),
  revocation: revocation.optional(),
  host: ignored(elsewhere),
  port: ignored(elsewhere),
  tls: ignored(elsewhere),
  trusted_proxies: ignored("forwarded headers are never consulted; set serve.public_origin"),
  connections_limit: ignored("the platform keeps connections"),
  buffer_limit: ignored("the platform limits sizes"),
  respond: ignored("status and body of a refusal are fixed; see the table of refusals"),
});

export const replay = z.strictObject({
  mode: z
    .enum(["generation", "durable"])
    .optional()
    .meta({
      description:
        "Where used proofs are remembered on Workers: generation in memory, exact by what nonces carry, which needs a master_key; durable on disk, a row each. Without it generation where there is a master_key, else durable.",
      sample: ["durable"],
    }),
  shards: z.int().min(1).max(1024).default(16).meta({
    description:
      "Among how many stores, of each region, the nonces that are minted lead. Proofs whose nonce names none are spread over 16, whatever stands here.",
  }),
  regions: z.enum(["auto", "off"]).default("auto").meta({
    description:
      "Whether nonces lead to a store next to their client (generation mode on Workers; on AWS, to their own region's table).",
  }),
});

const list = <T extends z.ZodType>(entry: T, description: string) =>
  z.array(entry).default([]).meta({ description });

export const mechanismsDocument = z
  .strictObject({
    version: z
      .string()
      .optional()
      .meta({ description: "Accepted, without meaning.", sample: ["1"] }),
    serve: serve.prefault({}).meta({ description: "How this edge is reached." }),
    replay: replay.prefault({}).meta({ description: "How used proofs are remembered." }),
    secret_management: z
      .record(identifier, secretSource)
      .default({})
      .meta({ description: "Sources of keys and passwords, by name." }),
    master_key: secretReference.optional().meta({
      description:
        "The key that nonces are made with: an oct JWK of at least 32 bytes. All keys of the source verify, the selected one signs.",
    }),
    mechanisms: z
      .strictObject({
        authenticators: list(authenticator, "Who is calling."),
        authorizers: list(authorizer, "What they may do."),
        contextualizers: list(contextualizer, "What else there is to know."),
        finalizers: list(finalizer, "What the upstream is told."),
        error_handlers: list(errorHandler, "How a refusal looks."),
      })
      .meta({ description: "The mechanisms that rules are made of." }),
    default_rule: z
      .strictObject({
        execute: z.array(step).meta({ description: "The steps, in order of stages." }),
        on_error: z.array(errorStep).optional().meta({ description: "How a refusal looks." }),
      })
      .optional()
      .meta({
        description:
          "Runs when no rule matches, and lends a rule every stage that it leaves out. Its first authenticator must refuse.",
      }),
    log: ignored("one event a request is emitted; the platform keeps the log"),
    tracing: ignored("one event a request is emitted; use the platform's tracing"),
    metrics: ignored(
      "one event a request is emitted; on Cloudflare bind EVENTS to Analytics Engine",
    ),
    profiling: ignored("there is no server to profile"),
    management: ignored("there is no management port; public keys are at /.well-known/jwks"),
    cache: ignored("caches live in each process; proofs are remembered as replay says"),
    providers: ignored("rules are rules.yaml, or rules/*.yaml, beside this document"),
  })
  .meta({ title: "dpop-edge mechanisms", description: "mechanisms.yaml: what rules are made of." });

export type MechanismsDocument = z.input<typeof mechanismsDocument>;
