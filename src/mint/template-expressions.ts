import type { TemplateExpression } from "../configuration.ts";
import { TemplateError } from "./template-error.ts";
import type { Token } from "./template-scanner.ts";
import {
  type Arity,
  checkMethodArgument,
  checkPath,
  functions,
  methodOf,
  unknownFunction,
} from "./template-vocabulary.ts";

/** Names to slots: a variable declared again gets a slot of its own, so that rendering needs no scopes. */
export type Scope = ReadonlyMap<string, string>;

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
    this.#depth += 1;
    if (this.#depth > deepest) {
      throw new TemplateError("Too many parentheses inside each other.", this.#offset);
    }
    let value = this.#command(undefined);
    while (this.#take("|")) value = this.#command(value);
    this.#depth -= 1;
    return value;
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
    const method = first.kind === "field" ? methodOf(first.root, first.path) : undefined;
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
      case "word":
        throw new TemplateError(
          functions.has(token.text)
            ? `Put ${token.text} and its arguments in parentheses.`
            : unknownFunction(token.text),
          token.offset,
        );
      case "symbol": {
        if (token.text !== "(") break;
        const value = this.#pipeline();
        if (!this.#take(")")) throw new TemplateError("This ( is never closed.", token.offset);
        return value;
      }
    }
    throw new TemplateError(`"${shown(token)}" cannot stand here.`, token.offset);
  }

  #field({ root, path, offset }: Extract<Token, { kind: "field" }>): TemplateExpression {
    if (root === "") {
      if (methodOf(root, path) !== undefined) {
        const written = `.${path.join(".")}`;
        throw new TemplateError(`Put it in parentheses: (${written} "name").`, offset);
      }
      checkPath(path, offset);
      return { kind: "field", root, path };
    }
    const slot = this.#scope.get(root);
    if (slot === undefined) {
      throw new TemplateError(
        `$${root} is not declared; write {{ $${root} := ... }} first.`,
        offset,
      );
    }
    return { kind: "field", root: slot, path };
  }

  #take(symbol: "|" | ")"): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "symbol" || token.text !== symbol) return false;
    this.#position += 1;
    return true;
  }
}

function call(
  name: string,
  { least, most }: Arity,
  operands: readonly TemplateExpression[],
  offset: number,
): TemplateExpression {
  const { length } = operands;
  if (length >= least && length <= most) return { kind: "call", name, arguments: operands };
  const wanted = least === most ? `${least}` : `at least ${least}`;
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
      return `${token.root === "" ? "" : `$${token.root}`}${token.path.map((name) => `.${name}`).join("")}`;
    case "word":
    case "symbol":
      return token.text;
  }
}
