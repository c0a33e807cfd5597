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
    };
/** text: as it is; json: one whole JSON value; string: a part of a JSON string, escaped. */
export type Emission = "text" | "json" | "string";
export type TemplateExpression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** `.Subject.Attributes.x` or `$name.x`; root "" is the dot. */
  | { readonly kind: "field"; readonly root: string; readonly path: readonly string[] }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly arguments: readonly TemplateExpression[];
    };
