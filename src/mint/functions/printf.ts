import { fixedPoint } from "../../fixed-point.ts";
import { JsonText, json, printed, text } from "../template-values.ts";

/**
 * Go's fmt.Sprintf for the verbs %s %v %d %q %t %f %x %%, with width, precision and the flags - and
 * 0. What does not fit is said in the output, as Go does.
 */
export function printf(format: unknown, ...values: readonly unknown[]): unknown {
  const pattern = text(format);
  if (pattern === "%q" && values.length === 1 && isText(values[0])) {
    return new JsonText(JSON.stringify(text(values[0])));
  }
  let used = 0;
  const output = pattern.replace(
    /%([-+# 0]*)(\d{0,3})(?:\.(\d{0,3}))?([\s\S]?)/gu,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === "%") return "%";
      if (verb === "") return "%!(NOVERB)";
      if (used >= values.length) return `%!${verb}(MISSING)`;
      used += 1;
      return padded(formatted(verb, values[used - 1], precision), flags, width);
    },
  );
  const extra = values.slice(used).map((value) => `${kind(value)}=${printed(value)}`);
  return extra.length === 0 ? output : `${output}%!(EXTRA ${extra.join(", ")})`;
}

function formatted(verb: string, value: unknown, precision: string | undefined): string {
  const places = precision === undefined ? undefined : Number(precision);
  switch (verb) {
    case "v":
      return printed(value);
    case "s":
      if (!isText(value) && !isCompound(value)) return misfit(verb, value);
      return places === undefined ? printed(value) : [...printed(value)].slice(0, places).join("");
    case "q":
      return isText(value) ? JSON.stringify(text(value)) : misfit(verb, value);
    case "d":
      return Number.isInteger(value) ? printed(value) : misfit(verb, value);
    case "t":
      return typeof value === "boolean" ? String(value) : misfit(verb, value);
    case "f":
      return typeof value === "number"
        ? fixedPoint(value, Math.min(places ?? 6, 100))
        : misfit(verb, value);
    case "x":
      return hexadecimal(value) ?? misfit(verb, value);
    default:
      return misfit(verb, value);
  }
}

function hexadecimal(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? value.toString(16) : undefined;
  if (!isText(value)) return undefined;
  return Array.from(new TextEncoder().encode(text(value)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

function misfit(verb: string, value: unknown): string {
  if (value === undefined || value === null) return `%!${verb}(<nil>)`;
  return `%!${verb}(${kind(value)}=${printed(value)})`;
}

function padded(output: string, flags: string, width: string): string {
  const wanted = Number(width);
  if (flags.includes("-")) return output + " ".repeat(Math.max(0, wanted - [...output].length));
  const fill = " ".repeat(Math.max(0, wanted - [...output].length));
  if (!flags.includes("0")) return fill + output;
  const sign = /^[+-]?/.exec(output)?.[0] ?? "";
  return sign + fill.replaceAll(" ", "0") + output.slice(sign.length);
}

function isText(value: unknown): boolean {
  return typeof value === "string" || value instanceof JsonText;
}

function isCompound(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function kind(value: unknown): string {
  if (value === undefined || value === null) return "<nil>";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float64";
  if (typeof value === "boolean") return "bool";
  return isText(value) ? "string" : json(value).slice(0, 20);
}
