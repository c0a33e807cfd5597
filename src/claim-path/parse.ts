/** GJSON's path syntax (https://github.com/tidwall/gjson, SYNTAX.md), without wildcards and patterns. */
export type ClaimPath = readonly (readonly Step[])[];

export type Step =
  | { readonly kind: "name"; readonly name: string }
  /** `#`: the number of elements, or what follows of each. */
  | { readonly kind: "each" }
  | ({ readonly kind: "query"; readonly all: boolean; readonly path: ClaimPath } & Condition)
  | { readonly kind: "list"; readonly paths: readonly ClaimPath[] }
  | { readonly kind: "map"; readonly members: ReadonlyArray<readonly [string, ClaimPath]> }
  | { readonly kind: "modifier"; readonly name: Modifier };

export const modifiers = ["this", "reverse", "keys", "values"] as const;
export type Modifier = (typeof modifiers)[number];

const operators = ["==", "!=", "<=", ">=", "=", "<", ">"] as const;
export interface Condition {
  /** Absent: that there is something at the path. */
  readonly operator?: Exclude<(typeof operators)[number], "=">;
  readonly literal?: string | number | boolean;
}

/** A path that cannot be read: what is wrong, and what to write. */
export class ClaimPathError extends Error {
  override readonly name = "ClaimPathError";
}

const longest = 512;
const deepest = 8;

/** Throws ClaimPathError. */
export function parseClaimPath(source: string): ClaimPath {
  if (source.length > longest) throw new ClaimPathError(`longer than ${longest} characters`);
  const reader = new Reader(source);
  const path = reader.path(0, "");
  reader.end();
  return path;
}

/** Whether the path needs more than names and dots. */
export function isPlainPath(source: string): boolean {
  return (
    source === "@this" ||
    /^(?!\d+(\.|$))[^\s@|#*?{}[\]\\.]+(\.(?!\d+(\.|$))[^\s@|#*?{}[\]\\.]+)*$/.test(source)
  );
}

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Up to one of the `closing` characters, which is left for the caller. */
  path(depth: number, closing: string): ClaimPath {
    if (depth > deepest) throw new ClaimPathError("brackets inside brackets, too deep");
    const groups: Step[][] = [[]];
    for (;;) {
      groups.at(-1)?.push(this.#step(depth, closing));
      const next = this.#source.charAt(this.#at);
      if (next === "" || closing.includes(next)) return groups;
      if (next !== "." && next !== "|") throw new ClaimPathError(`${next} cannot stand here`);
      this.#at += 1;
      if (next === "|") groups.push([]);
    }
  }

  end(): void {
    const rest = this.#source.slice(this.#at);
    if (rest !== "") throw new ClaimPathError(`${rest} cannot stand here`);
  }

  #step(depth: number, closing: string): Step {
    const first = this.#source.charAt(this.#at);
    switch (first) {
      case "@":
        return this.#modifier();
      case "#":
        this.#at += 1;
        return this.#takes("(") ? this.#query(depth) : { kind: "each" };
      case "[":
        this.#at += 1;
        return { kind: "list", paths: this.#members(depth, "]").map(([, path]) => path) };
      case "{":
        this.#at += 1;
        return { kind: "map", members: this.#members(depth, "}") };
      default:
        return { kind: "name", name: this.#name(closing) };
    }
  }

  #modifier(): Step {
    const written = /^@([a-z]+)/.exec(this.#source.slice(this.#at))?.[1] ?? "";
    const name = modifiers.find((one) => one === written);
    if (name === undefined) {
      throw new ClaimPathError(`there is no @${written} here, but @${modifiers.join(", @")}`);
    }
    this.#at += written.length + 1;
    return { kind: "modifier", name };
  }

  #name(closing: string): string {
    let name = "";
    for (;;) {
      const next = this.#source.charAt(this.#at);
      if (next === "" || next === "." || next === "|" || closing.includes(next)) break;
      // A pattern would let whoever fills the claims choose which of them counts.
      if (/[*?]/.test(next)) throw new ClaimPathError(`${next} is a pattern: name the claim`);
      if (/[\s#@[\]{}]/.test(next)) {
        throw new ClaimPathError(`${next} cannot stand in a name; write \\${next}`);
      }
      if (next === "\\") this.#at += 1;
      name += this.#source.charAt(this.#at);
      this.#at += 1;
    }
    if (name === "") throw new ClaimPathError("a name is missing");
    return name;
  }

  #members(depth: number, closing: "]" | "}"): Array<readonly [string, ClaimPath]> {
    const members: Array<readonly [string, ClaimPath]> = [];
    do {
      const key = closing === "}" ? this.#key() : undefined;
      const path = this.path(depth + 1, `,${closing}`);
      members.push([key ?? lastName(path), path]);
    } while (this.#takes(","));
    if (!this.#takes(closing)) throw new ClaimPathError(`${closing} is missing`);
    return members;
  }

  /** `"key":` before a member's path. */
  #key(): string | undefined {
    const written = /^("(?:[^"\\]|\\.)*"):/.exec(this.#source.slice(this.#at));
    if (!written) return undefined;
    this.#at += written[0].length;
    return unquoted(written[1] ?? "");
  }

  #query(depth: number): Step {
    const bare = operators.find((one) => this.#source.startsWith(one, this.#at));
    const path = bare ? [] : this.path(depth + 1, ")=!<>%~");
    const operator = operators.find((one) => this.#source.startsWith(one, this.#at));
    const condition = operator ? this.#literal(operator) : {};
    if (!this.#takes(")")) {
      throw new ClaimPathError("a query reads #(path==value), with == != < <= > or >=");
    }
    return { kind: "query", all: this.#takes("#"), path, ...condition };
  }

  #literal(operator: (typeof operators)[number]): Condition {
    this.#at += operator.length;
    const rest = this.#source.slice(this.#at);
    const written = /^\s*("(?:[^"\\]|\\.)*"|[^)\s"~*?]+)\s*/.exec(rest);
    if (!written)
      throw new ClaimPathError(`behind ${operator} stands a text in " ", a number, true or false`);
    this.#at += written[0].length;
    return { operator: operator === "=" ? "==" : operator, literal: literal(written[1] ?? "") };
  }

  #takes(one: string): boolean {
    if (this.#source.charAt(this.#at) !== one) return false;
    this.#at += 1;
    return true;
  }
}

function literal(written: string): string | number | boolean {
  if (written.startsWith('"')) return unquoted(written);
  if (written === "true" || written === "false") return written === "true";
  const number = Number(written);
  return Number.isNaN(number) ? written : number;
}

function unquoted(written: string): string {
  try {
    return String(JSON.parse(written));
  } catch {
    throw new ClaimPathError(`${written} is no text of JSON`);
  }
}

function lastName(path: ClaimPath): string {
  const last = path.at(-1)?.at(-1);
  return last?.kind === "name" ? last.name : "_";
}
