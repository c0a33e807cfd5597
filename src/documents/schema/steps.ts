import { z } from "zod";
import { text } from "./words.ts";

const config = (...kinds: readonly string[]) =>
  z.record(z.string(), z.unknown()).optional().meta({
    description:
      "Merged over the mechanism's config, key by key; defaults are filled in after that. Endpoints and signers are the mechanism's alone.",
    configOf: kinds,
  });

const id = {
  id: text()
    .optional()
    .meta({
      description: "The step's own name; the mechanism's id by default.",
      sample: ["first"],
    }),
};

export const step = z
  .strictObject({
    authenticator: text()
      .optional()
      .meta({ description: "The id of an authenticator.", sample: ["dpop_jwt"] }),
    authorizer: text()
      .optional()
      .meta({ description: "The id of an authorizer.", sample: ["allow_all"] }),
    contextualizer: text()
      .optional()
      .meta({ description: "The id of a contextualizer.", sample: ["owner"] }),
    finalizer: text()
      .optional()
      .meta({ description: "The id of a finalizer.", sample: ["internal_token"] }),
    ...id,
    if: text()
      .optional()
      .meta({
        description: "A CEL expression; where it is false the step is left out.",
        sample: ['Request.Method == "POST"'],
      }),
    principal: text()
      .optional()
      .meta({
        description: "The principal that an authenticator creates; the same for all of a rule.",
        default: "default",
        sample: ["default"],
      }),
    config: config("authenticators", "authorizers", "contextualizers", "finalizers"),
  })
  .meta({
    id: "step",
    description:
      "One step: exactly one of authenticator, contextualizer, authorizer and finalizer. Authenticators come first, then contextualizers and authorizers in any order, then finalizers.",
    oneOf: [
      { required: ["authenticator"], not: { required: ["if"] } },
      { required: ["contextualizer"] },
      { required: ["authorizer"] },
      { required: ["finalizer"] },
    ],
  });

export const errorStep = z
  .strictObject({
    error_handler: text().meta({
      description: "The id of an error handler.",
      sample: ["default"],
    }),
    ...id,
    if: text()
      .optional()
      .meta({
        description:
          "A CEL expression over Error and Request; the first step that it is true for answers.",
        sample: ["type(Error) == authentication_error"],
      }),
    config: config("error_handlers"),
  })
  .meta({ id: "errorStep", description: "One step of the error pipeline." });
