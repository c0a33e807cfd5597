import { parseAst } from "vitest/node";

/** One small change to a source file. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What stood there. */
  readonly was: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

const operators: Readonly<Record<string, readonly string[]>> = {
  "===": ["!=="],
  "!==": ["==="],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "&&": ["||"],
  "||": ["&&"],
  "??": ["&&"],
  "&": ["|"],
  "|": ["&"],
  "^": ["|"],
  "<<": [">>"],
  ">>": ["<<"],
  ">>>": ["<<"],
};
const methods: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  min: "max",
  max: "min",
};

/**
 * Every mutant of one file: conditions negated, operators exchanged, numbers off by one, booleans
 * turned, calls and throws dropped. Types, imports and texts stay.
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const found: Mutant[] = [];
  const add = (start: number, end: number, text: string) =>
    found.push({
      file,
      line: source.slice(0, start).split("\n").length,
      start,
      end,
      text,
      was: source.slice(start, end),
    });
  const textOf = ({ start, end }: Node) => source.slice(start, end);

  function visit(node: Node, inFunction: boolean): void {
    if (isOfTypes(node.type)) return;
    mutate(node, inFunction);
    const within = inFunction || /Function|MethodDefinition/.test(node.type);
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child)) visit(child, within);
    }
  }

  function mutate(node: Node, inFunction: boolean): void {
    const { test, operator, argument, expression, callee, value } = node;
    if (isNode(test) && node.type !== "ForStatement")
      add(test.start, test.end, `!(${textOf(test)})`);
    if (typeof operator === "string" && isNode(node.left) && isNode(node.right)) {
      const between = source.slice(node.left.end, node.right.start);
      const at = node.left.end + between.indexOf(operator);
      for (const other of operators[operator] ?? []) add(at, at + operator.length, other);
    }
    if (node.type === "UnaryExpression" && operator === "!" && isNode(argument))
      add(node.start, node.end, `(${textOf(argument)})`);
    if (node.type === "Literal" && typeof value === "boolean")
      add(node.start, node.end, `${!value}`);
    if (node.type === "Literal" && typeof value === "number" && inFunction)
      add(node.start, node.end, `${value + 1}`);
    if (node.type === "ThrowStatement") add(node.start, node.end, ";");
    if (node.type === "ExpressionStatement" && isNode(expression) && isEffect(expression))
      add(node.start, node.end, ";");
    if (node.type === "CallExpression" && isNode(callee) && isNode(callee.property)) {
      const other = methods[textOf(callee.property)];
      if (other !== undefined) add(callee.property.start, callee.property.end, other);
    }
  }

  visit(parseAst(source, { lang: "ts" }) as unknown as Node, false);
  return found;
}

/** Source with one mutant in it. */
export function mutated(
  source: string,
  { start, end, text }: Pick<Mutant, "start" | "end" | "text">,
): string {
  return source.slice(0, start) + text + source.slice(end);
}

function isEffect({ type, argument }: Node): boolean {
  if (type === "AwaitExpression") return isNode(argument) && isEffect(argument);
  return /^(Call|Assignment|Update)Expression$/.test(type);
}

/** Of what only the compiler reads; "as", "satisfies" and the like have an expression in them. */
function isOfTypes(type: string): boolean {
  if (type === "ImportDeclaration" || type === "Decorator") return true;
  return type.startsWith("TS") && !/^TS(As|Satisfies|NonNull|Instantiation)/.test(type);
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    "start" in value &&
    "end" in value
  );
}
