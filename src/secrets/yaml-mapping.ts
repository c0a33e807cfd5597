import { SecretProblem } from "./secret-problem.ts";

/** Texts by name, or names with texts of their own. */
export type Mapping = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: string;
}

const key =
  /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s"'#:,[\]{}&*!|>%@`?-][^:#]*?))[ \t]*:(?:[ \t]+|$)/;
/** YAML 1.1 and 1.2 read these as something else than a text, each in its own way. */
const otherwise =
  /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?[.\d][\d_.,:eExXoOa-fA-F+-]*|[-+]?\.inf|\.nan|\d{4}-\d\d?-\d\d?.*)$/i;

/**
 * The part of YAML that a file of secrets is written in: texts by name, one level below each name
 * at most, plain, in quotation marks or as a block after `|`. Whatever else YAML has (anchors, tags,
 * lists, numbers) is refused, rather than read differently from the one who wrote it.
 * Throws SecretProblem that names the line and nothing of it.
 */
export function yamlMapping(text: string): Mapping {
  const lines = text
    .replace(/^\ufeff/, "")
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .map((line, index) => ({
      number: index + 1,
      indent: /^ */.exec(line)?.[0].length ?? 0,
      text: line,
    }));
  const reader = new Reader(lines);
  reader.skip("---");
  return reader.mapping();
}

class Reader {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /** A line that says only where the document begins. */
  skip(mark: string): void {
    if (this.#peek()?.text.trimEnd() === mark) this.#at += 1;
  }

  mapping(): Mapping {
    const entries = new Map<string, string | Readonly<Record<string, string>>>();
    for (let line = this.#peek(); line; line = this.#peek()) {
      if (line.indent > 0) throw problem(line, "is further in than the names above it");
      const { name, rest } = this.#name(line, entries);
      entries.set(name, rest === "" ? this.#below() : this.#text(line, rest));
    }
    return Object.fromEntries(entries);
  }

  #below(): Readonly<Record<string, string>> {
    const entries = new Map<string, string>();
    const first = this.#peek();
    for (let line = first; line && line.indent > 0; line = this.#peek()) {
      if (line.indent !== first?.indent)
        throw problem(line, "is not in line with the one above it");
      const { name, rest } = this.#name(line, entries);
      if (rest === "") throw problem(line, "has no text: nothing is nested deeper");
      entries.set(name, this.#text(line, rest));
    }
    if (entries.size === 0) throw problem(this.#lines[this.#at - 1], "has no text");
    return Object.fromEntries(entries);
  }

  #name(line: Line, known: ReadonlyMap<string, unknown>): { name: string; rest: string } {
    this.#at += 1;
    const written = line.text.slice(line.indent);
    const [whole, double, single, plain] = key.exec(written) ?? [];
    if (whole === undefined) throw problem(line, "is not NAME: TEXT");
    const name = plain ?? (single === undefined ? unescaped(double ?? "", line) : doubled(single));
    if (plain !== undefined && otherwise.test(plain)) {
      throw problem(line, "could have no text for a name: write it in quotation marks");
    }
    if (known.has(name)) throw problem(line, "names what was named before");
    const rest = written.slice(whole.length);
    return { name, rest: rest.startsWith("#") ? "" : rest };
  }

  #text(line: Line, written: string): string {
    if (/^\|-?(?:[ \t]+#.*)?[ \t]*$/.test(written)) return this.#block(line, written[1] === "-");
    const quoted = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)')(?:[ \t]+#.*)?[ \t]*$/.exec(written);
    if (quoted) {
      const [, double, single] = quoted;
      return single === undefined ? unescaped(double ?? "", line) : doubled(single);
    }
    const plain = written.replace(/(?<=[ \t])#.*$/, "").trimEnd();
    if (/^["'#,[\]{}&*!|>%@`]|^[-?:](?:[ \t]|$)|:(?:[ \t]|$)/.test(plain)) {
      throw problem(line, "is no plain text: write it in quotation marks");
    }
    if (otherwise.test(plain)) {
      throw problem(line, "could be no text for others: write it in quotation marks");
    }
    return plain;
  }

  /** YAML 1.2.2 section 8.1.2, without an indentation of its own. */
  #block(line: Line, stripped: boolean): string {
    const inside: string[] = [];
    let depth: number | undefined;
    for (let next = this.#lines[this.#at]; next; next = this.#lines[this.#at]) {
      const blank = next.text.trim() === "";
      if (!blank && next.indent <= line.indent) break;
      if (!blank) depth ??= next.indent;
      if (!blank && next.indent < (depth ?? 0))
        throw problem(next, "is not in line with its block");
      inside.push(next.text.slice(depth ?? next.text.length));
      this.#at += 1;
    }
    if (depth === undefined) throw problem(line, "has no text");
    const body = inside.join("\n").replace(/(?<!\n)\n+$/, "");
    return stripped ? body : `${body}\n`;
  }

  /** The next line that says something. */
  #peek(): Line | undefined {
    for (let line = this.#lines[this.#at]; line; line = this.#lines[this.#at]) {
      const said = line.text.slice(line.indent);
      if (said.startsWith("\t")) throw problem(line, "begins with a tab");
      if (said.trim() !== "" && !said.startsWith("#")) return line;
      this.#at += 1;
    }
    return undefined;
  }
}

const doubled = (single: string) => single.replaceAll("''", "'");

/** The escapes that YAML has in common with JSON. */
function unescaped(double: string, line: Line): string {
  try {
    const value: unknown = JSON.parse(`"${double.replaceAll(/(?<!\\)\t/g, "\\t")}"`);
    if (typeof value === "string") return value;
  } catch {
    // Told below.
  }
  throw problem(line, "has an escape that is not read here");
}

function problem(line: Line | undefined, says: string): SecretProblem {
  return new SecretProblem(`line ${line?.number ?? 1} ${says}`);
}
