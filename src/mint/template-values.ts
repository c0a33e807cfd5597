/** JSON that quote or toJson wrote. A class, so that no claim of a token can pass for one. */
export class JsonText {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  get text(): string {
    return this.#text;
  }
}

/** As Go's fmt prints a value, without what HTML would need; nothing for what is missing. */
export function text(value: unknown): string {
  return value === undefined || value === null ? "" : printed(value);
}

/** `%v`: `[a b]` for a list, `map[k:v]` for a mapping. */
export function printed(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof JsonText) return value.text;
  if (Array.isArray(value)) return `[${value.map(printed).join(" ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, inner]) => `${key}:${printed(inner)}`);
    return `map[${members.sort().join(" ")}]`;
  }
  return value === undefined || value === null ? "<nil>" : String(value);
}

export function json(value: unknown): string {
  if (value instanceof JsonText) return value.text;
  return JSON.stringify(value, plain) ?? "null";
}

/** What quote wrote is a text again once it is part of something else. */
function plain(_: string, value: unknown): unknown {
  return value instanceof JsonText ? value.text : value;
}

/** Go's: false, 0, nothing, and what is empty are false. */
export function isTrue(value: unknown): boolean {
  if (value instanceof JsonText) return value.text !== "";
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** As Go's url.QueryEscape. */
export function queryEscaped(value: string): string {
  return encodeURIComponent(value.toWellFormed())
    .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
