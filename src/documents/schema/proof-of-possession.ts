import { z } from "zod";
import { duration } from "./words.ts";

export const dpop = z.strictObject({
  type: z.literal("dpop").optional().meta({ description: "RFC 9449, the only one there is." }),
  config: z
    .strictObject({
      max_age: duration().prefault("1m").meta({
        description: "How old a proof may be, by its iat, and a nonce; at most 10m.",
      }),
      nonce_required: z
        .boolean()
        .default(false)
        .meta({
          description:
            "Whether a proof must carry a nonce of ours (RFC 9449 section 9). Needs a master_key.",
          sample: [true],
        }),
      enforcement: z.enum(["required", "opportunistic", "shadow"]).default("required").meta({
        description:
          "required: only proven tokens pass. opportunistic: unbound tokens are Bearer tokens. shadow: as opportunistic, and what required would refuse is marked in the event and for the upstream (docs/migration.md).",
      }),
      required_for: z.enum(["all", "public_clients"]).default("all").meta({
        description:
          "For whom enforcement holds. public_clients: for every client but the confidential_clients; theirs is opportunistic.",
      }),
      confidential_clients: z
        .array(z.string().min(1))
        .optional()
        .meta({
          description:
            "The client ids that authenticate at the issuer and may go on with Bearer tokens, with required_for: public_clients. No token says so of its client.",
          sample: [["backend"]],
        }),
      replay_allowed: z.boolean().default(false).meta({
        description: "Whether a proof may be used more than once.",
      }),
    })
    .prefault({})
    .meta({ description: "How proofs are checked." }),
});
