import { z } from "zod";
import { mechanism } from "./words.ts";

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

export const contextualizer = z.discriminatedUnion("type", [
  mechanism("map", "Texts by name for the steps that follow.", mapConfig),
]);
