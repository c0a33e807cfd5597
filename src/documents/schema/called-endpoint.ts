import { z } from "zod";
import { endpointAuth } from "./endpoint.ts";
import { duration, headerName, ignored, pattern } from "./words.ts";

const url = pattern(/^https?:\/\/\S[\s\S]*$/, "a URL such as https://opa.example/v1/data/api");

const members = z.strictObject({
  url: url.meta({
    description:
      "Where to ask; what follows scheme and host may be a template. https, except for loopback and *.localhost, or where insecure says so.",
    sample: ["https://opa.example/v1/data/{{ .Values.policy }}"],
  }),
  method: z
    .enum(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
    .default("POST")
    .meta({ description: "How to ask.", sample: ["GET"] }),
  headers: z
    .record(headerName, z.string())
    .default({})
    .meta({
      description: "Headers to send along; their values are templates.",
      sample: [{ Accept: "application/json" }],
    }),
  auth: endpointAuth.optional(),
  timeout: duration().prefault("5s").meta({ description: "The wait for the whole answer." }),
  insecure: z.boolean().default(false).meta({
    description: "Allow plain http beyond loopback. Whoever is on the way can then decide.",
  }),
  retry: ignored("a request is asked about once: its client can come again"),
  http_cache: ignored("cache_ttl says how long an answer counts"),
});

/** An endpoint that is asked about requests. */
export const calledEndpoint = z.union([
  url.transform((one) => members.parse({ url: one })),
  members,
]);
