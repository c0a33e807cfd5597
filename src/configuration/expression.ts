/**
 * A CEL expression, parsed and checked when the documents were compiled. Operators are calls under
 * their own names; ints are texts, since JSON has only doubles.
 */
export interface Expression {
  /** As written, for messages. */
  readonly source: string;
  readonly tree: ExpressionNode;
}
export type ExpressionNode =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "int"; readonly value: string }
  /** A type by its name: `type(x) == string`. */
  | { readonly kind: "type"; readonly name: string }
  /** A variable of a comprehension. */
  | { readonly kind: "variable"; readonly name: string }
  /** `Subject`, `Request.URL.Path`: something that documents see. */
  | { readonly kind: "seen"; readonly path: readonly string[] }
  | { readonly kind: "select"; readonly of: ExpressionNode; readonly name: string }
  /** `has(of.name)` */
  | { readonly kind: "has"; readonly of: ExpressionNode; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly ExpressionNode[] }
  | {
      readonly kind: "map";
      readonly entries: readonly (readonly [ExpressionNode, ExpressionNode])[];
    }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly arguments: readonly ExpressionNode[];
    }
  /** A regular expression, which is always literal: nobody else says how long it may take. */
  | {
      readonly kind: "regex";
      readonly name: "matches" | "regexFind" | "regexFindAll";
      readonly of: ExpressionNode;
      readonly pattern: string;
      /** Characters; a longer text is an error. */
      readonly longest: number;
    }
  | {
      readonly kind: "bind";
      readonly name: string;
      readonly value: ExpressionNode;
      readonly in: ExpressionNode;
    }
  | {
      readonly kind: "each";
      readonly macro: "all" | "exists" | "exists_one" | "filter" | "map";
      readonly of: ExpressionNode;
      readonly name: string;
      /** The condition; of `map` absent where there is none. */
      readonly where?: ExpressionNode;
      /** Of `map`. */
      readonly result?: ExpressionNode;
    };
