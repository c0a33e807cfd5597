import { z } from "zod";
import { calledEndpoint } from "./called-endpoint.ts";
import { duration, headerName, mechanism } from "./words.ts";

const template = z.string();

/** `values` of any mechanism that has templates. */
export const values = z
  .record(z.string(), template)
  .default({})
  .meta({
    description: "Templates by name; .Values in the templates and expressions beside them.",
    sample: [{ tenant: "{{ .Subject.Attributes.tenant }}" }],
  });

export const mapConfig = z.strictObject({
  items: z
    .record(z.string().min(1), template)
    .default({})
    .meta({
      description:
        "Templates by name; what they render is .Outputs.ID.NAME for the steps that follow. Required.",
      sample: [{ owner: "{{ .Request.URL.Captures.user }}" }],
    }),
  values,
});

export const genericContextConfig = z.strictObject({
  endpoint: calledEndpoint
    .optional()
    .meta({ description: "Who knows more. Required.", sample: ["https://users.example/me"] }),
  payload: z
    .string()
    .optional()
    .meta({
      description:
        "A template of what is sent. Where it is JSON, values are escaped by themselves.",
      sample: ['{"user": {{ quote .Subject.ID }}}'],
    }),
  forward_headers: z
    .array(headerName)
    .default([])
    .meta({ description: "The client's headers that go along.", sample: [["Accept-Language"]] }),
  forward_cookies: z
    .array(headerName)
    .default([])
    .meta({ description: "The client's cookies that go along.", sample: [["session"]] }),
  continue_pipeline_on_error: z
    .boolean()
    .default(false)
    .meta({ description: "Without an answer, go on without one." }),
  cache_ttl: duration()
    .prefault("10s")
    .meta({
      description: "For how long an answer counts for the very same question. At most 24h.",
      sample: ["1m"],
    }),
  values,
});

export const contextualizer = z.discriminatedUnion("type", [
  mechanism("generic", "What another service knows.", genericContextConfig),
  mechanism("map", "Texts by name for the steps that follow.", mapConfig),
]);
