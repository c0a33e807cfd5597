import { z } from "zod";
import { decisionEvent } from "../src/documents/schema/event.ts";

type Node = Readonly<Record<string, unknown>>;

/** JSON Schema (draft 2020-12) of a line of the log. */
export const eventSchema: Node = z.toJSONSchema(decisionEvent, { io: "output", reused: "inline" });

/** The tables of docs/events.md, by the name of their marker. */
export const eventTables: Readonly<Record<string, () => string>> = {
  event: () =>
    ["| field | type | meaning | example |", "|---|---|---|---|", ...rows(eventSchema, "")].join(
      "\n",
    ),
};

function rows({ properties, required = [] }: Node, prefix: string): string[] {
  const always: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(isNode(properties) ? properties : {}).flatMap(([name, node]) => {
    if (!isNode(node)) return [];
    const { description, examples, const: fixed } = node;
    const example: unknown = Array.isArray(examples) ? examples[0] : fixed;
    const bold = prefix === "" && always.includes(name) ? "**" : "";
    const row = `| ${bold}\`${prefix}${name}\`${bold} | ${typeOf(node)} | ${escaped(String(description))} | ${code(example)} |`;
    return [row, ...rows(node, `${prefix}${name}.`)];
  });
}

function typeOf({ enum: values, type, const: fixed }: Node): string {
  if (Array.isArray(values)) return values.map((value) => code(value)).join(", ");
  return fixed === undefined ? String(type) : code(fixed);
}

function code(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `\`${escaped(text)}\``;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
