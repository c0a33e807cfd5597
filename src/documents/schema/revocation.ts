import { z } from "zod";
import { secretReference } from "./secrets.ts";
import { duration } from "./words.ts";

export const revocation = z
  .strictObject({
    staleness: duration().prefault("10s").meta({
      description:
        "How old the list of revocations may be, 1s to 5m: whoever is revoked is shut out by then.",
    }),
    on_failure: z.enum(["refuse", "pass"]).default("refuse").meta({
      description:
        "What becomes of requests while no list is to be had that is young enough: 503, or they pass and their events say `unchecked`.",
    }),
    access: secretReference.optional().meta({
      description:
        "The secret, of 32 characters or more, with which dpop-edge revoke reads and changes the list at /.well-known/dpop-edge/revocations. On AWS the table is written in its place.",
      sample: [{ source: "operators" }],
    }),
  })
  .meta({
    description:
      "Asks a list of revoked keys, tokens and subjects: a Durable Object on Workers, a DynamoDB table on AWS.",
  });
