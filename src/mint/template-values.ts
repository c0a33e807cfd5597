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
  if (typeof value === "number") return printedNumber(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(" ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = entriesOf(value).map(([key, inner]) => `${key}:${printed(inner)}`);
    return `map[${members.join(" ")}]`;
  }
  return typeof value === "boolean" ? String(value) : "<nil>";
}

function printedNumber(value: number): string {
  const small = value !== 0 && Math.abs(value) < 1e-4;
  return (small ? value.toExponential() : String(value)).replace(/e([+-])(\d)$/, "e$10$2");
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

/** A mapping's members in the order of their keys' bytes, as Go walks them. */
export function entriesOf(value: object): ReadonlyArray<readonly [string, unknown]> {
  return Object.entries(value).sort(([one], [other]) => compareText(one, other));
}

/** UTF-8's order, which is that of code points. */
export function compareText(one: string, other: string): number {
  const left = [...one];
  const right = [...other];
  for (const [index, letter] of left.entries()) {
    const far = (letter.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? -1);
    if (far !== 0) return far;
  }
  return left.length - right.length;
}
