import { z } from "zod";
import { isRecord } from "../record.ts";
import { type MechanismKind, mechanismConfigs } from "./schema/mechanism-config.ts";
import { mechanismsDocument } from "./schema/mechanisms.ts";
import { rulesDocument } from "./schema/rules.ts";
import { stepSettings } from "./schema/step-settings.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * JSON Schema (draft 2020-12) of both documents, for editors. What it accepts has the right form;
 * `dpop-edge check` says the rest: ids, secrets, templates, paths.
 */
export function jsonSchemas(): { readonly mechanisms: JsonSchema; readonly rules: JsonSchema } {
  return { mechanisms: jsonSchema(mechanismsDocument), rules: jsonSchema(rulesDocument) };
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is what is to be written
const environmentForm = "Or ${NAME}, or ${NAME:-default}, from the environment of the build.";

const environment = {
  type: "string",
  pattern: "\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^{}]*)?\\}",
  description: environmentForm,
};

function jsonSchema(schema: z.ZodType): JsonSchema {
  const definitions: Record<string, unknown> = { environment };
  const body = adapt(generate(schema, definitions), definitions);
  return { ...(isRecord(body) ? body : {}), $defs: sorted(definitions) };
}

function generate(schema: z.ZodType, definitions: Record<string, unknown>): JsonSchema {
  const { $defs = {}, ...body } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  for (const [name, definition] of Object.entries($defs)) {
    definitions[name] ??= adapt(definition, definitions);
  }
  return body;
}

/** From what zod says to what an editor should be told. */
function adapt(node: unknown, definitions: Record<string, unknown>): unknown {
  if (Array.isArray(node)) {
    return node.map((entry) => adapt(entry, definitions));
  }
  if (!isRecord(node)) return node;
  const { ignored, configOf, sample, id: _, ...rest } = node;
  if (ignored !== undefined) return { ...rest, deprecated: true };
  if (Array.isArray(configOf)) return stepConfig(configOf, node, definitions);
  const kept: Record<string, unknown> = sample === undefined ? {} : { examples: sample };
  for (const [key, value] of Object.entries(rest)) {
    kept[key] = member(key, value, definitions);
  }
  if (isEmpty(kept.default)) delete kept.default;
  return isLeaf(kept) ? orEnvironment(kept) : kept;
}

function member(key: string, value: unknown, definitions: Record<string, unknown>): unknown {
  switch (key) {
    case "properties":
      return properties(value, definitions);
    case "enum":
    case "default":
    case "examples":
    case "propertyNames":
    case "required":
      return value;
    default:
      return adapt(value, definitions);
  }
}

/** A type decides which keys there are: it is always written, never taken from the environment. */
function properties(value: unknown, definitions: Record<string, unknown>): unknown {
  if (!isRecord(value)) return value;
  const adapted = Object.entries(value).map(([key, entry]) => [
    key,
    key === "type" ? entry : adapt(entry, definitions),
  ]);
  return Object.fromEntries(adapted);
}

/** A step's config is the open part of its mechanism's, whichever that is. */
function stepConfig(
  kinds: readonly unknown[],
  { description }: JsonSchema,
  definitions: Record<string, unknown>,
): JsonSchema {
  const names = kinds.filter(isKind).flatMap((kind) =>
    Object.entries(mechanismConfigs[kind]).map(([type, schema]) => {
      const name = `${kind}.${type}`;
      definitions[name] ??= openOnly(kind, type, adapt(generate(schema, definitions), definitions));
      return name;
    }),
  );
  return { description, anyOf: names.map((name) => ({ $ref: `#/$defs/${name}` })) };
}

function openOnly(kind: MechanismKind, type: string, schema: unknown): unknown {
  if (!isRecord(schema) || !isRecord(schema.properties)) return schema;
  const { closed } = stepSettings(kind, type);
  const open = Object.entries(schema.properties).filter(([key]) => !Object.hasOwn(closed, key));
  return { ...schema, properties: Object.fromEntries(open) };
}

function isKind(name: unknown): name is MechanismKind {
  return typeof name === "string" && Object.hasOwn(mechanismConfigs, name);
}

/** Whether a text from the environment would not be accepted as it is. */
function isLeaf({ type, pattern, enum: values, const: value }: JsonSchema): boolean {
  const notText = type === "boolean" || type === "integer" || type === "number";
  return notText || pattern !== undefined || values !== undefined || value !== undefined;
}

function orEnvironment(node: JsonSchema): JsonSchema {
  const { description, default: fallback, examples, ...form } = node;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(examples === undefined ? {} : { examples }),
    anyOf: [form, { $ref: "#/$defs/environment" }],
  };
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length === 0
    : isRecord(value) && Object.keys(value).length === 0;
}

function sorted(record: Readonly<Record<string, unknown>>): JsonSchema {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
