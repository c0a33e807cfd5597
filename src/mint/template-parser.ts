import type { TemplateExpression } from "../configuration.ts";
import { TemplateError } from "./template-error.ts";
import { Expressions, type Scope, shown } from "./template-expressions.ts";
import { type Piece, scan, type Token } from "./template-scanner.ts";

/** The template's tree while it is still known where each node stood. */
export type LocatedNode =
  | { readonly kind: "text"; readonly text: string; readonly offset: number }
  | { readonly kind: "emit"; readonly value: TemplateExpression; readonly offset: number }
  | { readonly kind: "assign"; readonly name: string; readonly value: TemplateExpression }
  | {
      readonly kind: "if";
      readonly condition: TemplateExpression;
      readonly whenTrue: readonly LocatedNode[];
      readonly whenFalse: readonly LocatedNode[];
      readonly offset: number;
    }
  | {
      readonly kind: "range";
      readonly over: TemplateExpression;
      readonly key?: string;
      readonly item: string;
      readonly body: readonly LocatedNode[];
      readonly whenEmpty: readonly LocatedNode[];
      readonly offset: number;
    };

type Action = Extract<Piece, { kind: "action" }>;
type Block = "if" | "with" | "range";

const deepest = 64;

/** The subset of Go's text/template that DOCUMENTS name. Throws TemplateError. */
export function parse(source: string): LocatedNode[] {
  const parser = new Parser(scan(source));
  const nodes = parser.list({ names: new Map() }, 0);
  parser.finish();
  return nodes;
}

class Parser {
  readonly #pieces: readonly Piece[];
  #position = 0;
  #slots = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /** Nodes up to an else or end, which is left for the caller. */
  list(outer: Scope, depth: number): LocatedNode[] {
    const names = new Map(outer.names);
    const scope = { ...outer, names };
    const nodes: LocatedNode[] = [];
    for (;;) {
      const piece = this.#pieces[this.#position];
      if (piece === undefined) return nodes;
      if (piece.kind === "action" && (opens(piece, "else") || opens(piece, "end"))) return nodes;
      this.#position += 1;
      const block = piece.kind === "action" ? blockOf(piece.tokens[0]) : undefined;
      if (piece.kind === "text") {
        nodes.push(piece);
      } else if (block) {
        nodes.push(...this.#block(block, piece, piece.tokens.slice(1), scope, depth + 1));
      } else {
        nodes.push(this.#action(piece, scope, names));
      }
    }
  }

  /** Throws where an else or end belongs to no block. */
  finish(): void {
    const piece = this.#pieces[this.#position];
    if (piece === undefined) return;
    throw new TemplateError("There is no if, with or range that this belongs to.", piece.offset);
  }

  #block(
    block: Block,
    { offset }: Piece,
    tokens: readonly Token[],
    scope: Scope,
    depth: number,
  ): readonly LocatedNode[] {
    if (depth > deepest) throw new TemplateError("Too many blocks inside each other.", offset);
    const { variables, rest } = declared(tokens, block, offset);
    const value = new Expressions(rest, scope, offset).whole();
    const slots = variables.map((name) => this.#slot(name));
    const names = new Map(scope.names);
    for (const [index, name] of variables.entries()) names.set(name, slots[index] ?? "");
    if (block === "range") {
      const item = slots.at(-1) ?? this.#slot("");
      const body = this.list({ names, dot: item }, depth);
      const whenEmpty = this.#otherwise(block, scope, offset, depth);
      const key = slots.length === 2 ? { key: slots[0] ?? "" } : {};
      return [{ kind: "range", over: value, ...key, item, body, whenEmpty, offset }];
    }
    const slot = slots[0] ?? (block === "with" ? this.#slot("") : undefined);
    const inner = { ...scope, names, ...(block === "with" && slot ? { dot: slot } : {}) };
    const whenTrue = this.list(inner, depth);
    // In Go the variable is there in the else too; the dot is not.
    const whenFalse = this.#otherwise(block, { ...scope, names }, offset, depth);
    const condition: TemplateExpression = slot ? { kind: "field", root: slot, path: [] } : value;
    const node: LocatedNode = { kind: "if", condition, whenTrue, whenFalse, offset };
    return slot ? [{ kind: "assign", name: slot, value }, node] : [node];
  }

  /** What stands between else and end; nothing where there is only an end. */
  #otherwise(block: Block, scope: Scope, offset: number, depth: number): readonly LocatedNode[] {
    const next = this.#pieces[this.#position];
    if (next?.kind !== "action") throw unclosed(block, offset);
    this.#position += 1;
    if (opens(next, "end")) {
      only(next, 1);
      return [];
    }
    const chained = blockOf(next.tokens[1]);
    if (chained && chained !== "range" && block !== "range") {
      return this.#block(chained, next, next.tokens.slice(2), scope, depth + 1);
    }
    only(next, 1);
    const nodes = this.list(scope, depth);
    const end = this.#pieces[this.#position];
    if (end?.kind !== "action" || !opens(end, "end")) throw unclosed(block, end?.offset ?? offset);
    only(end, 1);
    this.#position += 1;
    return nodes;
  }

  #action(piece: Action, scope: Scope, names: Map<string, string>): LocatedNode {
    const { tokens, offset } = piece;
    const [variable, sign] = tokens;
    if (sign?.kind === "symbol" && (sign.text === ":=" || sign.text === "=")) {
      const name = variableOf(variable);
      if (name === undefined) {
        throw new TemplateError("Only a variable can be assigned to: {{ $name := ... }}.", offset);
      }
      const value = new Expressions(tokens.slice(2), scope, offset).whole();
      if (sign.text === ":=") names.set(name, this.#slot(name));
      const slot = names.get(name);
      if (slot === undefined) {
        throw new TemplateError(`$${name} is not declared: write :=.`, offset);
      }
      return { kind: "assign", name: slot, value };
    }
    return { kind: "emit", value: new Expressions(tokens, scope, offset).whole(), offset };
  }

  #slot(name: string): string {
    this.#slots += 1;
    return `${name}.${this.#slots}`;
  }
}

/** `$x := value`, and for range `$key, $item := value` too. */
function declared(tokens: readonly Token[], block: Block, offset: number) {
  const sign = tokens.findIndex((token) => token.kind === "symbol" && token.text === ":=");
  const assigned = tokens.findIndex((token) => token.kind === "symbol" && token.text === "=");
  if (assigned >= 0) {
    throw new TemplateError(
      `Assign the variable in an action of its own before the ${block}, or declare one with :=.`,
      offset,
    );
  }
  if (sign < 0) return { variables: [], rest: tokens };
  const written = tokens.slice(0, sign);
  const variables = written.filter((_, index) => index % 2 === 0).map(variableOf);
  const commas = written.filter((token) => token.kind === "symbol" && token.text === ",");
  const names = variables.filter((name) => name !== undefined);
  const most = block === "range" ? 2 : 1;
  if (
    names.length < 1 ||
    names.length > most ||
    names.length !== variables.length ||
    commas.length !== names.length - 1
  ) {
    const form = block === "range" ? "{{ range $key, $item := LIST }}" : `{{ ${block} $x := ... }}`;
    throw new TemplateError(`Write ${form}.`, offset);
  }
  return { variables: names, rest: tokens.slice(sign + 1) };
}

function variableOf(token: Token | undefined): string | undefined {
  if (token?.kind !== "field" || token.path.length > 0) return undefined;
  return token.root === "" || token.root === "$" ? undefined : token.root;
}

function blockOf(token: Token | undefined): Block | undefined {
  if (token?.kind !== "word") return undefined;
  const { text } = token;
  return text === "if" || text === "with" || text === "range" ? text : undefined;
}

function opens(piece: Piece, word: string): boolean {
  const first = piece.kind === "action" ? piece.tokens[0] : undefined;
  return first?.kind === "word" && first.text === word;
}

function only(piece: Action, length: number): void {
  const extra = piece.tokens[length];
  if (extra) throw new TemplateError(`"${shown(extra)}" cannot stand here.`, extra.offset);
}

function unclosed(block: Block, offset: number): TemplateError {
  return new TemplateError(`This ${block} is never closed by {{ end }}.`, offset);
}
