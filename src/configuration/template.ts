/** A compiled claim template: literal text, actions and conditionals. */
export type Template = readonly TemplateNode[];
export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "emit"; readonly value: TemplateExpression; readonly as: Emission }
  | { readonly kind: "assign"; readonly name: string; readonly value: TemplateExpression }
  | {
      readonly kind: "if";
      readonly condition: TemplateExpression;
      readonly whenTrue: Template;
      readonly whenFalse: Template;
    }
  | {
      readonly kind: "range";
      readonly over: TemplateExpression;
      /** Variables that hold an element's key or position, and the element. */
      readonly key?: string;
      readonly item: string;
      readonly body: Template;
      readonly whenEmpty: Template;
    };
/**
 * text: as it is; json: one whole JSON value; string: a part of a JSON string, escaped; placed: one
 * of the last two, by where in the JSON it stands when it is rendered.
 */
export type Emission = "text" | "json" | "string" | "placed";
export type TemplateExpression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** `.Subject.Attributes.x` or `$name.x`; root "" is the dot. */
  | { readonly kind: "field"; readonly root: string; readonly path: readonly string[] }
  /** `and`, `or`: the first whose truth is `until`, or the last; those after it are not evaluated. */
  | {
      readonly kind: "choose";
      readonly until: boolean;
      readonly of: readonly TemplateExpression[];
    }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly arguments: readonly TemplateExpression[];
    }
  /** A regular expression is always literal: nobody else says how long it may take. */
  | {
      readonly kind: "regex";
      readonly name: RegexFunction;
      readonly pattern: string;
      /** Characters; a longer text is a fault. */
      readonly longest: number;
      /** Without the expression. */
      readonly arguments: readonly TemplateExpression[];
    };
export type RegexFunction =
  | "regexMatch"
  | "regexFind"
  | "regexFindAll"
  | "regexReplaceAll"
  | "regexReplaceAllLiteral"
  | "regexSplit";
