import { z } from "zod";
import { fieldName } from "../../fields.ts";
import { durationPattern, parseDuration } from "../duration.ts";
import { parseSize, sizePattern } from "../size.ts";

/** A text that is not empty. */
export function text(): z.ZodString {
  return z.string().min(1);
}

/** A text of a form; `says` is what a person is told. */
export function pattern(form: RegExp, says: string): z.ZodString {
  return z.string({ error: says }).regex(form, { error: `expected ${says}` });
}

/** A duration as written, in seconds when read. */
export function duration() {
  return pattern(durationPattern, "a duration such as 10s, 1m or 1h30m").transform(
    (written) => parseDuration(written) ?? 0,
  );
}

/** A size as written, in bytes when read. */
export function size() {
  return z.union([
    z.int().min(1),
    pattern(sizePattern, "a size such as 16KiB, or a number of bytes").transform(
      (written) => parseSize(written) ?? Number.POSITIVE_INFINITY,
    ),
  ]);
}

/** A key that Heimdall knows and that means nothing here: why, and what to use instead. */
export function ignored(why: string) {
  return z
    .unknown()
    .superRefine((_, context) => {
      context.addIssue({ code: "custom", message: `ignored: ${why}`, params: { kind: "note" } });
    })
    .optional()
    .meta({ description: `Means nothing here: ${why}`, ignored: why });
}

/** RFC 9110 section 5.1. */
export const headerName = pattern(fieldName, "a header name");

/** The name of a Worker secret or an environment value. */
export const bindingName = pattern(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  "a name of letters, digits and underscores",
);

export const identifier = pattern(/^\S(.*\S)?$/, "a name");

/** An entry of a catalogue of mechanisms; optional where its `config` is. */
export function mechanism<const T extends string, C extends z.ZodType>(
  type: T,
  description: string,
  config: C,
) {
  return z
    .strictObject({
      id: identifier.meta({
        description: "The name by which steps refer to it; unique among its kind.",
        sample: ["dpop_jwt"],
      }),
      type: z.literal(type).meta({ description }),
      config: config.meta({ description: `The settings of a mechanism of type ${type}.` }),
    })
    .meta({ description });
}
