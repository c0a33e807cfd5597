import { z } from "zod";
import { noConfig } from "./authenticators.ts";
import { values } from "./contextualizers.ts";
import { mechanism, text, unsupportedType } from "./words.ts";

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

export const authorizer = z.discriminatedUnion("type", [
  mechanism("allow", "Lets every authenticated request pass.", noConfig.optional()),
  mechanism("deny", "Refuses every request with 403.", noConfig.optional()),
  mechanism("cel", "Expressions over the caller and the request.", celConfig),
  unsupportedType("remote", "a decision by another service"),
]);
