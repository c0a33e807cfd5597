import { z } from "zod";

declare module "zod" {
  interface GlobalMeta {
    /** Known to Heimdall, without meaning here: why, and what to use instead. */
    ignored?: string;
    /** Examples as written; zod drops `examples` where a value is transformed. */
    sample?: readonly unknown[];
    /** A step's `config`: what is allowed depends on the mechanism that it names. */
    configOf?: readonly string[];
  }
}

export function isIgnored(schema: unknown): boolean {
  return schema instanceof z.ZodType && schema.meta()?.ignored !== undefined;
}

/** The members of an object's schema; none for any other schema. */
export function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  return schema instanceof z.ZodObject ? schema.shape : {};
}

/** The values of the discriminator that a union offers. */
export function allowedTypes(union: unknown, discriminator: string): readonly string[] {
  if (!(union instanceof z.ZodDiscriminatedUnion)) return [];
  return union.options.flatMap((option) => {
    const type = shapeOf(option)[discriminator];
    return type instanceof z.ZodLiteral ? [...type.values].map(String) : [];
  });
}

const nouns: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

export function noun(expected: string): string {
  return nouns[expected] ?? expected;
}
