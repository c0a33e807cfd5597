import { z } from "zod";
import { secretReference } from "./secrets.ts";

export const health = z
  .strictObject({
    access: z.union([z.literal("public"), secretReference]).meta({
      description:
        "Who may ask: who sends this secret as a Bearer token and is told what is wrong, or with `public` everybody, who is told only whether.",
      sample: ["public"],
    }),
  })
  .meta({
    description:
      "Serves /.well-known/dpop-edge/health: 200, or 503 where a secret does not read, an issuer's keys are not there or the replay store does not answer.",
  });
