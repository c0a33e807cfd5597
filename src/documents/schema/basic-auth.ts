import { z } from "zod";
import { printable } from "./authenticators.ts";
import { secretReference } from "./secrets.ts";
import { ignored, text } from "./words.ts";

const plainPassword = z
  .string()
  .superRefine((_, context) => {
    context.addIssue({
      code: "custom",
      message: "a password never stands in the documents: write password: {source: NAME}",
    });
  })
  .meta({ description: "Refused: a password never stands in the documents." });

export const basicAuthConfig = z.strictObject({
  credentials: secretReference.optional().meta({
    description: "A source's entry with user_id and password. This, or user_id and password.",
    sample: [{ source: "users", selector: "alice" }],
  }),
  user_id: text()
    .optional()
    .meta({ description: "The user, who becomes the caller's id.", sample: ["alice"] }),
  password: z
    .union([secretReference, plainPassword])
    .optional()
    .meta({ description: "The password: a reference to it.", sample: [{ source: "password" }] }),
  error_signaling: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .meta({
          description: "Send a Basic challenge; browsers then ask the user.",
          sample: [true],
        }),
      realm: printable.default("Please authenticate").meta({ description: "What browsers show." }),
    })
    .prefault({})
    .meta({ description: "What a refusal says in WWW-Authenticate." }),
  allow_fallback_on_error: ignored(
    "the next authenticator is asked where no Basic credentials were sent, never after a check has failed",
  ),
});
