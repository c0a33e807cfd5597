import { z } from "zod";
import { cors } from "./cors.ts";
import { protectedResource } from "./protected-resource.ts";
import { errorStep, step } from "./steps.ts";
import { headerName, identifier, pattern, text } from "./words.ts";

export const capture = z.strictObject({
  name: text().meta({ description: "The wildcard's name.", sample: ["id"] }),
  type: z.enum(["glob", "regex", "exact"]).meta({ description: "How the value is read." }),
  value: text().meta({
    description: "What the captured text must match as a whole.",
    sample: ["[0-9]+"],
  }),
});

export const route = z.strictObject({
  path: text().meta({
    description:
      "`/a/:name/*rest`; `:*` is one segment, `**` any rest. `/a/**` matches `/a/x`, neither `/a/` nor `/a`. `\\:` and `\\*` are literal.",
    sample: ["/api/**"],
  }),
  captures: z
    .array(capture)
    .default([])
    .meta({
      description: "Conditions for what wildcards match.",
      sample: [[{ name: "id", type: "regex", value: "[0-9]+" }]],
    }),
});

const conditions = {
  hosts: z
    .array(pattern(/^(\*|(\*\.)?[^\s/*:?#@]+(:\d+)?)$/, "a host, or *.example.com"))
    .min(1)
    .optional()
    .meta({
      description:
        "Hosts that the rule is for: exact, or *.example.com; without case. Without it, any.",
      sample: [["api.example.com"]],
    }),
  methods: z
    .array(
      pattern(/^(ALL|!?[A-Z][A-Z-]*)$/, "a method in upper case, ALL, or one with ! before it"),
    )
    .min(1)
    .optional()
    .meta({
      description:
        "Methods that the rule is for; ALL with !DELETE is all but DELETE. Without it, all but TRACE, which echoes what it receives and must be named.",
      sample: [
        ["GET", "POST"],
        ["ALL", "!DELETE"],
      ],
    }),
  scheme: z
    .enum(["http", "https"])
    .optional()
    .meta({
      description: "The scheme that the rule is for. Without it, both.",
      sample: ["https"],
    }),
};

const routes = z.array(route).min(1).optional();

const globs = (description: string, sample: readonly string[]) =>
  z
    .array(text())
    .min(1)
    .optional()
    .meta({ description, sample: [sample] });

const mcp = z.strictObject({
  methods: globs(
    "Methods of messages. Whoever may `initialize` may also listen to the session, answer the server and end the session.",
    ["initialize", "ping", "notifications/*", "*/list"],
  ),
  tools: globs("Names of tools that may be called.", ["search", "read-*"]),
  resources: globs("URIs of resources that may be read and subscribed to.", ["file:///docs/**"]),
  prompts: globs("Names of prompts that may be got.", ["review"]),
});

export const match = z
  .strictObject({
    routes: routes.meta({
      description: "The paths that the rule is for.",
      sample: [[{ path: "/api" }, { path: "/api/**" }]],
    }),
    path: z
      .union([text(), z.array(route).min(1)])
      .optional()
      .meta({ description: "One path; another spelling of routes.", sample: ["/api/**"] }),
    http: z
      .strictObject({
        paths: routes.meta({
          description: "The paths that the rule is for.",
          sample: [[{ path: "/api/**" }]],
        }),
        ...conditions,
      })
      .optional()
      .meta({
        description: "Paths, hosts, methods and scheme in one; the newer spelling.",
        sample: [{ paths: [{ path: "/api/**" }] }],
      }),
    ...conditions,
    mcp: mcp.optional().meta({
      description:
        "Which messages to an MCP server the rule is for, by globs; `**` passes a slash too. What is named by no rule of the path is refused.",
      sample: [{ tools: ["read-*"] }],
    }),
  })
  .meta({
    description:
      "Which requests the rule is for. The most specific path and host win, whatever the order.",
    oneOf: [{ required: ["routes"] }, { required: ["path"] }, { required: ["http"] }],
  });

export const forwardTo = z.strictObject({
  host: pattern(/^[^\s/?#@]+$/, "a host or host:port, without scheme and path").meta({
    description: "Where matching requests go: host or host:port.",
    sample: ["upstream.example:8081"],
  }),
  forward_host_header: z.boolean().default(true).meta({
    description:
      "Tell the upstream the host that the client asked for; where the platform owns Host, as X-Forwarded-Host.",
  }),
  forward_headers: z
    .array(headerName)
    .default([])
    .meta({
      description:
        "Headers of clients that reach this upstream although they are dropped elsewhere, since whoever sends them can say who asks, from where or for what.",
      sample: [["X-Original-URL"]],
    }),
  rewrite: z
    .strictObject({
      scheme: z
        .enum(["http", "https"])
        .optional()
        .meta({
          description: "https by default; http where the host is loopback.",
          sample: ["https"],
        }),
      strip_path_prefix: pattern(/^\/\S*$/, "a path such as /api")
        .optional()
        .meta({ description: "Removed from the front of the path.", sample: ["/api"] }),
      add_path_prefix: pattern(/^\/\S*$/, "a path such as /v1")
        .optional()
        .meta({ description: "Put in front of the path, after that.", sample: ["/v1"] }),
      strip_query_parameters: z
        .array(text())
        .default([])
        .meta({
          description: "Query parameters that the upstream does not get.",
          sample: [["debug"]],
        }),
    })
    .prefault({})
    .meta({ description: "What changes on the way." }),
});

export const rule = z.strictObject({
  id: identifier.meta({ description: "The rule's name; unique.", sample: ["upstream:api"] }),
  match,
  allow_encoded_slashes: z.enum(["off", "on", "no_decode"]).default("off").meta({
    description:
      "What to do about %2f in the path: off refuses it, on reads it as a slash, no_decode leaves it; either way the rule must also match the path with a slash in its place.",
  }),
  forward_to: forwardTo.optional().meta({
    description: "Where allowed requests go; required for a proxy.",
    sample: [{ host: "upstream.example:8081" }],
  }),
  execute: z
    .array(step)
    .default([])
    .meta({
      description: "The steps, in order of stages; a stage that is left out is the default rule's.",
      sample: [[{ authenticator: "dpop_jwt" }, { finalizer: "internal_token" }]],
    }),
  on_error: z
    .array(errorStep)
    .optional()
    .meta({
      description: "How a refusal looks; the default rule's where it is left out.",
      sample: [[{ error_handler: "default" }]],
    }),
  enforcement: z
    .enum(["required", "opportunistic", "shadow"])
    .optional()
    .meta({
      description:
        "required: only proven tokens pass. opportunistic: unbound tokens are Bearer tokens. shadow: as opportunistic, and what required would refuse is marked. Without it, as the authenticator's proof_of_possession says.",
      sample: ["required"],
    }),
  filter_lists: z.boolean().default(false).meta({
    description:
      "Lists of tools, resources and prompts show a caller only what it may use: of rules with `match.mcp`.",
  }),
  cors: cors.optional(),
  protected_resource: protectedResource.optional(),
});

export const rulesDocument = z
  .strictObject({
    version: z
      .string()
      .optional()
      .meta({ description: "Accepted, without meaning.", sample: ["1beta1"] }),
    name: z
      .string()
      .optional()
      .meta({ description: "Accepted, without meaning.", sample: ["upstream"] }),
    rules: z.array(rule).meta({ description: "The rules of this set." }),
  })
  .meta({
    title: "dpop-edge rules",
    description: "rules.yaml, or a file under rules/: one rule set.",
  });

export type RulesDocument = z.input<typeof rulesDocument>;
