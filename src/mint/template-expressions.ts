import type { TemplateExpression } from "../configuration.ts";
import { TemplateError } from "./template-error.ts";
import { type Arity, functions } from "./template-functions.ts";
import { regexCall } from "./template-regex.ts";
import type { Token } from "./template-scanner.ts";
import {
  checkedPath,
  checkMethodArgument,
  methodOf,
  unknownFunction,
} from "./template-vocabulary.ts";

/** Names to slots: a variable declared again gets a slot of its own, so that rendering needs no scopes. */
export interface Scope {
  readonly names: ReadonlyMap<string, string>;
  /** The slot of the dot inside range and with; elsewhere the dot is everything there is. */
  readonly dot?: string;
}

const deepest = 64;

/** One pipeline: commands joined by |, each a value, or a function and its arguments. */
export class Expressions {
  readonly #tokens: readonly Token[];
  readonly #scope: Scope;
  readonly #offset: number;
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], scope: Scope, offset: number) {
    this.#tokens = tokens;
    this.#scope = scope;
    this.#offset = offset;
  }

  whole(): TemplateExpression {
    const value = this.#pipeline();
    const rest = this.#tokens[this.#position];
    if (rest) throw new TemplateError(`"${shown(rest)}" cannot stand here.`, rest.offset);
    return value;
  }

  #pipeline(): TemplateExpression {
    const before = this.#depth;
    this.#deeper();
    let value = this.#command(undefined);
    while (this.#takes("|")) {
      this.#deeper();
      value = this.#command(value);
    }
    this.#depth = before;
    return value;
  }

  /** What is piped on is an argument too: the tree is walked by recursion, at the edge as well. */
  #deeper(): void {
    this.#depth += 1;
    if (this.#depth <= deepest) return;
    throw new TemplateError("Too many parentheses and | inside each other.", this.#offset);
  }

  #command(piped: TemplateExpression | undefined): TemplateExpression {
    const first = this.#tokens[this.#position];
    if (first === undefined) throw new TemplateError("Something is missing here.", this.#offset);
    if (first.kind === "word") {
      this.#position += 1;
      const arity = functions.get(first.text);
      if (!arity) throw new TemplateError(unknownFunction(first.text), first.offset);
      return call(first.text, arity, this.#operands(piped), first.offset);
    }
    const method = first.kind === "field" ? this.#method(first) : undefined;
    if (method !== undefined) {
      this.#position += 1;
      const [name, ...more] = this.#operands(piped);
      const literal = name?.kind === "literal" && more.length === 0 ? name.value : undefined;
      checkMethodArgument(method, literal, first.offset);
      return { kind: "call", name: method, arguments: [{ kind: "literal", value: literal ?? "" }] };
    }
    const value = this.#operand(first);
    const next = this.#tokens[this.#position];
    if (piped !== undefined) {
      throw new TemplateError("Only a function can stand after |.", first.offset);
    }
    if (next && !(next.kind === "symbol" && (next.text === "|" || next.text === ")"))) {
      throw new TemplateError(
        `"${shown(first)}" takes no arguments; is a function or a quotation mark missing?`,
        next.offset,
      );
    }
    return value;
  }

  /** What is piped in comes last, as in Go. */
  #operands(piped: TemplateExpression | undefined): TemplateExpression[] {
    const operands: TemplateExpression[] = [];
    for (;;) {
      const token = this.#tokens[this.#position];
      if (token === undefined) break;
      if (token.kind === "symbol" && token.text !== "(") break;
      operands.push(this.#operand(token));
    }
    return piped === undefined ? operands : [...operands, piped];
  }

  #operand(token: Token): TemplateExpression {
    this.#position += 1;
    switch (token.kind) {
      case "literal":
        return { kind: "literal", value: token.value };
      case "field":
        return this.#field(token);
      case "word": {
        const arity = functions.get(token.text);
        if (!arity) throw new TemplateError(unknownFunction(token.text), token.offset);
        // As in Go, a function's name among arguments is its call without any: `default list`.
        if (arity.least === 0) return call(token.text, arity, [], token.offset);
        throw new TemplateError(
          `Put ${token.text} and its arguments in parentheses.`,
          token.offset,
        );
      }
      case "chain":
        break;
      case "symbol": {
        if (token.text !== "(") break;
        const value = this.#pipeline();
        if (!this.#takes(")")) throw new TemplateError("This ( is never closed.", token.offset);
        return this.#chained(value);
      }
    }
    throw new TemplateError(`"${shown(token)}" cannot stand here.`, token.offset);
  }

  /** `(expression).field` */
  #chained(value: TemplateExpression): TemplateExpression {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "chain") return value;
    this.#position += 1;
    const names = token.path.map((name) => ({ kind: "literal", value: name }) as const);
    return { kind: "call", name: "index", arguments: [value, ...names] };
  }

  /** A method of the request, which is one only below the root. */
  #method({ root, path }: Extract<Token, { kind: "field" }>): string | undefined {
    const below = root === "" ? this.#scope.dot === undefined : root === "$";
    return below ? methodOf(path) : undefined;
  }

  #field(token: Extract<Token, { kind: "field" }>): TemplateExpression {
    const { root, path, offset } = token;
    const { names, dot } = this.#scope;
    if (root === "" && dot !== undefined) return { kind: "field", root: dot, path };
    if (root === "" || root === "$") {
      if (this.#method(token) !== undefined) {
        throw new TemplateError(`Put it in parentheses: (${shown(token)} "name").`, offset);
      }
      return { kind: "field", root: "", path: checkedPath(path, offset) };
    }
    const slot = names.get(root);
    if (slot === undefined) {
      throw new TemplateError(
        `$${root} is not declared; write {{ $${root} := ... }} first.`,
        offset,
      );
    }
    return { kind: "field", root: slot, path };
  }

  #takes(symbol: "|" | ")"): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "symbol" || token.text !== symbol) return false;
    this.#position += 1;
    return true;
  }
}

function call(
  name: string,
  { least, most, group }: Arity,
  operands: readonly TemplateExpression[],
  offset: number,
): TemplateExpression {
  const { length } = operands;
  if (length >= least && length <= most) {
    if (group === "regexes") return regexCall(name, operands, offset);
    if (name !== "and" && name !== "or") return { kind: "call", name, arguments: operands };
    return { kind: "choose", until: name === "or", of: operands };
  }
  const wanted =
    least === most
      ? `${least}`
      : `${length < least ? "at least" : "at most"} ${length < least ? least : most}`;
  throw new TemplateError(
    `${name} takes ${wanted} ${wanted === "1" ? "argument" : "arguments"}, not ${length}.`,
    offset,
  );
}

/** The token as it was written, for messages. */
export function shown(token: Token): string {
  switch (token.kind) {
    case "literal":
      return JSON.stringify(token.value);
    case "field":
      return `${rootOf(token.root, token.path)}${token.path.map((name) => `.${name}`).join("")}`;
    case "chain":
      return token.path.map((name) => `.${name}`).join("");
    case "word":
    case "symbol":
      return token.text;
  }
}

function rootOf(root: string, path: readonly string[]): string {
  if (root === "") return path.length === 0 ? "." : "";
  return root === "$" ? "$" : `$${root}`;
}
