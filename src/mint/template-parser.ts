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
    };

const deepest = 64;

/** The subset of Go's text/template that DOCUMENTS name. Throws TemplateError. */
export function parse(source: string): LocatedNode[] {
  const parser = new Parser(scan(source));
  const nodes = parser.list(new Map(), 0);
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
    const scope = new Map(outer);
    const nodes: LocatedNode[] = [];
    for (;;) {
      const piece = this.#pieces[this.#position];
      if (piece === undefined) return nodes;
      if (piece.kind === "action" && (opens(piece, "else") || opens(piece, "end"))) return nodes;
      this.#position += 1;
      if (piece.kind === "text") {
        nodes.push(piece);
      } else if (opens(piece, "if")) {
        nodes.push(this.#conditional(piece, piece.tokens.slice(1), scope, depth + 1));
      } else {
        nodes.push(this.#action(piece, scope));
      }
    }
  }

  /** Throws where an else or end belongs to no if. */
  finish(): void {
    const piece = this.#pieces[this.#position];
    if (piece === undefined) return;
    throw new TemplateError("There is no if that this belongs to.", piece.offset);
  }

  #conditional(opening: Piece, tokens: readonly Token[], scope: Scope, depth: number): LocatedNode {
    const { offset } = opening;
    if (depth > deepest) throw new TemplateError("Too many ifs inside each other.", offset);
    if (tokens[1]?.kind === "symbol" && /=/.test(tokens[1].text)) {
      throw new TemplateError("Assign the variable in an action of its own before the if.", offset);
    }
    const condition = new Expressions(tokens, scope, offset).whole();
    const whenTrue = this.list(scope, depth);
    const next = this.#pieces[this.#position];
    if (next?.kind !== "action") {
      throw new TemplateError("This if is never closed by {{ end }}.", offset);
    }
    this.#position += 1;
    if (opens(next, "end")) {
      only(next, 1);
      return { kind: "if", condition, whenTrue, whenFalse: [], offset };
    }
    if (next.tokens.length > 1) {
      if (!(next.tokens[1]?.kind === "word" && next.tokens[1].text === "if")) only(next, 1);
      const whenFalse = this.#conditional(next, next.tokens.slice(2), scope, depth + 1);
      return { kind: "if", condition, whenTrue, whenFalse: [whenFalse], offset };
    }
    const whenFalse = this.list(scope, depth);
    const end = this.#pieces[this.#position];
    if (end?.kind !== "action" || !opens(end, "end")) {
      throw new TemplateError("This if is never closed by {{ end }}.", end?.offset ?? offset);
    }
    only(end, 1);
    this.#position += 1;
    return { kind: "if", condition, whenTrue, whenFalse, offset };
  }

  #action(piece: Extract<Piece, { kind: "action" }>, scope: Map<string, string>): LocatedNode {
    const { tokens, offset } = piece;
    const [variable, sign] = tokens;
    if (sign?.kind === "symbol" && (sign.text === ":=" || sign.text === "=")) {
      if (variable?.kind !== "field" || variable.root === "" || variable.path.length > 0) {
        throw new TemplateError("Only a variable can be assigned to: {{ $name := ... }}.", offset);
      }
      const value = new Expressions(tokens.slice(2), scope, offset).whole();
      const known = scope.get(variable.root);
      if (sign.text === ":=") {
        this.#slots += 1;
        scope.set(variable.root, `${variable.root}.${this.#slots}`);
      } else if (known === undefined) {
        throw new TemplateError(`$${variable.root} is not declared: write :=.`, offset);
      }
      return { kind: "assign", name: scope.get(variable.root) ?? "", value };
    }
    return { kind: "emit", value: new Expressions(tokens, scope, offset).whole(), offset };
  }
}

function opens(piece: Piece, word: string): boolean {
  const first = piece.kind === "action" ? piece.tokens[0] : undefined;
  return first?.kind === "word" && first.text === word;
}

function only(piece: Extract<Piece, { kind: "action" }>, length: number): void {
  const extra = piece.tokens[length];
  if (extra) throw new TemplateError(`"${shown(extra)}" cannot stand here.`, extra.offset);
}
