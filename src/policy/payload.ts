import { Refused } from "../decision.ts";
import { parseJson } from "../jws/json.ts";
import type { TextAnswer } from "../token/fetch-json.ts";

/**
 * JSON and forms as data, any other answer as its text. Throws Refused policy.unavailable where it
 * says that it is JSON, and two readers could read it differently.
 */
export function payloadOf({ type, text }: Pick<TextAnswer, "type" | "text">): unknown {
  if (text === "") return "";
  if (type === "application/x-www-form-urlencoded") return formOf(text);
  if (!/[/+]json$/.test(type)) return text;
  const json = parseJson(text);
  if (json !== undefined) return json;
  throw new Refused("policy.unavailable", {
    expected: "an answer in JSON",
    found: "a text that is none, or that has a name twice",
  });
}

/** Each name with all of its values. */
export function formOf(text: string): Readonly<Record<string, readonly string[]>> {
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const known = fields[name];
    if (known) known.push(value);
    else fields[name] = [value];
  }
  return fields;
}
