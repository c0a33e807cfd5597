import type { Expression, ExpressionNode } from "../configuration/expression.ts";
import { functions as always, type CelFunctions } from "./functions.ts";
import { regexes } from "./regex.ts";
import {
  type Budget,
  CelError,
  CelType,
  hasMember,
  isList,
  isMap,
  keysOf,
  type Lookup,
  selected,
  spend,
} from "./value.ts";

/** Steps of an evaluation: a list of some ten thousand members can be looked through. */
const mostSteps = 100_000;

/**
 * The value of an expression. Throws a CelError where it has none, whatever it was given; nothing
 * else, and never after more than a bounded number of steps.
 * @param functions what it can call; absent: what is always there
 */
export function evaluate(
  { tree }: Expression,
  lookup: Lookup,
  functions: CelFunctions = always,
): unknown {
  try {
    const budget = { left: mostSteps };
    return computed(tree, { lookup, functions, variables: undefined, budget });
  } catch (thrown) {
    if (thrown instanceof CelError) throw thrown;
    throw new CelError("it cannot be evaluated");
  }
}

interface Variable {
  readonly name: string;
  readonly value: unknown;
  readonly outer: Variable | undefined;
}

interface Scope {
  readonly lookup: Lookup;
  readonly functions: CelFunctions;
  /** The innermost first. */
  readonly variables: Variable | undefined;
  readonly budget: Budget;
}

function computed(node: ExpressionNode, scope: Scope): unknown {
  spend(scope.budget, 1);
  switch (node.kind) {
    case "literal":
      return node.value;
    case "int":
      return BigInt(node.value);
    case "type":
      return new CelType(node.name);
    case "variable":
      return variable(node.name, scope.variables);
    case "seen":
      return seen(node.path, scope);
    case "select":
      return selected(computed(node.of, scope), node.name);
    case "has":
      return hasMember(computed(node.of, scope), node.name);
    case "list":
      return node.items.map((item) => computed(item, scope));
    case "map":
      return mapOf(node.entries, scope);
    case "regex":
      return regex(node, computed(node.of, scope), scope.budget);
    case "bind":
      return computed(node.in, withVariable(scope, node.name, computed(node.value, scope)));
    case "each":
      return each(node, scope);
    case "call":
      return call(node.name, node.arguments, scope);
  }
}

/** This engine backtracks: the worst text takes its length squared, or cubed where it is kept short. */
function regex(node: Extract<ExpressionNode, { kind: "regex" }>, of: unknown, budget: Budget) {
  const length = typeof of === "string" ? Math.min(of.length, node.longest) : 0;
  spend(budget, length ** (node.longest > 256 ? 2 : 3) / 2000);
  return regexes[node.name](of, node);
}

function seen(path: readonly string[], { lookup }: Scope): unknown {
  const value = lookup(path);
  if (value === undefined) throw new CelError(`there is no ${path.join(".")} here`);
  return value;
}

function call(name: string, nodes: readonly ExpressionNode[], scope: Scope): unknown {
  const [first, second, third] = nodes;
  if (first !== undefined && second !== undefined) {
    if (name === "&&" || name === "||") return logic(name, [first, second], scope);
    if (name === "?:" && third !== undefined)
      return computed(truth(computed(first, scope)) ? second : third, scope);
  }
  const { functions } = scope;
  const code = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (code === undefined) throw new CelError(`there is no function ${name}`);
  return code(
    nodes.map((node) => computed(node, scope)),
    scope.budget,
    scope.lookup,
  );
}

/** Either side may decide alone, even where the other one has no value. */
function logic(
  name: "&&" | "||",
  sides: readonly [ExpressionNode, ExpressionNode],
  scope: Scope,
): boolean {
  return decided(name === "||", sides, scope.budget, (side) => computed(side, scope));
}

/** Whether one of the parts is `decisive`; an error counts only where none of them is. */
function decided<Part>(
  decisive: boolean,
  parts: Iterable<Part>,
  budget: Budget,
  value: (part: Part) => unknown,
): boolean {
  let failed: CelError | undefined;
  for (const part of parts) {
    try {
      if (truth(value(part)) === decisive) return decisive;
    } catch (thrown) {
      // What is used up stays used up: a long list is not gone through to its end for that.
      if (!(thrown instanceof CelError) || budget.left < 0) throw thrown;
      failed = thrown;
    }
  }
  if (failed) throw failed;
  return !decisive;
}

function truth(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new CelError("a condition is neither true nor false");
}

function each(node: Extract<ExpressionNode, { kind: "each" }>, scope: Scope): unknown {
  const over = membersOf(computed(node.of, scope), scope.budget);
  const holds = (item: unknown) =>
    node.where === undefined || computed(node.where, withVariable(scope, node.name, item));
  switch (node.macro) {
    case "all":
      return decided(false, over, scope.budget, holds);
    case "exists":
      return decided(true, over, scope.budget, holds);
    case "exists_one":
      return over.filter((item) => truth(holds(item))).length === 1;
    case "filter":
      return over.filter((item) => truth(holds(item)));
    case "map": {
      const { result } = node;
      if (result === undefined) throw new CelError("map has no result");
      return over
        .filter((item) => truth(holds(item)))
        .map((item) => computed(result, withVariable(scope, node.name, item)));
    }
  }
}

/** Of a map its keys. */
function membersOf(value: unknown, budget: Budget): readonly unknown[] {
  if (isList(value)) return value;
  if (isMap(value)) return keysOf(value, budget);
  throw new CelError("there is nothing to go through");
}

function mapOf(
  entries: readonly (readonly [ExpressionNode, ExpressionNode])[],
  scope: Scope,
): unknown {
  const map: Record<string, unknown> = Object.create(null);
  for (const [keyNode, valueNode] of entries) {
    const key = computed(keyNode, scope);
    if (typeof key !== "string") throw new CelError("a map's keys are texts here");
    if (Object.hasOwn(map, key)) throw new CelError("a map has two keys that are the same");
    map[key] = computed(valueNode, scope);
  }
  return map;
}

function withVariable(scope: Scope, name: string, value: unknown): Scope {
  const { variables: outer } = scope;
  return { ...scope, variables: { name, value, outer } };
}

function variable(name: string, innermost: Variable | undefined): unknown {
  for (let one = innermost; one !== undefined; one = one.outer) {
    if (one.name === name) return one.value;
  }
  return undefined;
}
