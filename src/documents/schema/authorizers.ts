import { z } from "zod";
import { noConfig } from "./authenticators.ts";
import { calledEndpoint } from "./called-endpoint.ts";
import { values } from "./contextualizers.ts";
import { duration, headerName, mechanism, pattern, text } from "./words.ts";

export const authorizationExpression = z.strictObject({
  expression: text().meta({
    description: "A CEL expression that must be true.",
    sample: ["Subject.Attributes.tenant == Request.URL.Captures.tenant"],
  }),
  message: text()
    .optional()
    .meta({
      description: "For the event where it is not; clients never see it.",
      sample: ["another tenant's order"],
    }),
});

export const celConfig = z.strictObject({
  expressions: z
    .array(authorizationExpression)
    .default([])
    .meta({ description: "All of them must be true. Required." }),
  values,
});

export const remoteConfig = z.strictObject({
  endpoint: calledEndpoint
    .optional()
    .meta({ description: "Who decides. Required.", sample: ["https://opa.example/v1/data/api"] }),
  payload: z
    .string()
    .optional()
    .meta({
      description:
        "A template of what is sent. Where it is JSON, values are escaped by themselves.",
      sample: ['{"input": {"user": {{ quote .Subject.ID }}}}'],
    }),
  expressions: z.array(authorizationExpression).default([]).meta({
    description:
      "What must be true of the answer, which is Payload; without any a status of 2xx lets pass.",
  }),
  forward_response_headers_to_upstream: z
    .array(headerName)
    .default([])
    .meta({ description: "Headers of the answer that the upstream gets.", sample: [["X-Roles"]] }),
  cache_ttl: duration()
    .prefault("0s")
    .meta({
      description: "For how long an answer counts for the very same question. At most 24h.",
      sample: ["10s"],
    }),
  values,
});

export const stepUpConfig = z.strictObject({
  acr_values: z
    .array(pattern(/^[!#-[\]-~]+$/, "an acr without white space"))
    .default([])
    .meta({
      description: "The token's acr must be one of them.",
      sample: [["urn:example:mfa"]],
    }),
  max_age: duration()
    .optional()
    .meta({
      description: "How long ago the login may be, by the token's auth_time.",
      sample: ["5m"],
    }),
});

export const authorizer = z.discriminatedUnion("type", [
  mechanism("allow", "Lets every authenticated request pass.", noConfig.optional()),
  mechanism("deny", "Refuses every request with 403.", noConfig.optional()),
  mechanism("cel", "Expressions over the caller and the request.", celConfig),
  mechanism("step_up", "A strong or recent login, or the challenge of RFC 9470.", stepUpConfig),
  mechanism("remote", "A decision by another service.", remoteConfig),
]);
