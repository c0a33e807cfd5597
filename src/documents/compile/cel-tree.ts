import type { ASTNode } from "@marcbachmann/cel-js";
import { base64Of } from "../../base64.ts";
import { extensions } from "../../cel/extensions/extensions.ts";
import { functions } from "../../cel/functions.ts";
import type { ExpressionNode } from "../../configuration/expression.ts";
import { longestSearched } from "../../regex/cost.ts";
import { PatternError } from "../../regex/pattern-error.ts";
import { re2 } from "../../regex/re2.ts";
import { errorTypes } from "./cel-environment.ts";

/** CEL that checks, and that the edge does not evaluate. */
export class Unsupported extends Error {
  override readonly name = "Unsupported";
  readonly offset: number;

  constructor(message: string, { start }: { readonly start: number }) {
    super(message);
    this.offset = start;
  }
}

const typeNames = new Set([
  ...["int", "double", "string", "bool", "list", "map", "null_type", "type", "bytes"],
  ...["google.protobuf.Timestamp", "google.protobuf.Duration"],
]);
const macros = ["all", "exists", "exists_one", "filter", "map"] as const;
/** Functions of CEL's extensions are called as members of these. */
const namespaces = /^(?:math|sets|lists|strings|base64)$/;
const regexes = ["matches", "regexFind", "regexFindAll"] as const;
/** Parts of `Request` that are read like members, whether CEL calls them or not. */
const requestParts =
  /^(Method|ClientIPAddresses|Body|URL(\.(Scheme|Host|Path|RawQuery|Captures|String|Hostname|Port|Query))?)$/;

/** The checked syntax tree as what travels. Throws Unsupported. */
export function treeOf(ast: ASTNode, variables: ReadonlySet<string> = new Set()): ExpressionNode {
  const tree = (node: ASTNode) => treeOf(node, variables);
  const seen = seenPath(ast, variables) ?? typeName(ast);
  if (seen !== undefined) return seen;
  switch (ast.op) {
    case "value":
      return literal(ast);
    case "id":
      return name(ast, ast.args, variables);
    case ".":
      return { kind: "select", of: tree(ast.args[0]), name: ast.args[1] };
    case "list":
      return { kind: "list", items: ast.args.map(tree) };
    case "map":
      return {
        kind: "map",
        entries: ast.args.map(([key, value]) => [mapKey(tree(key), key), tree(value)] as const),
      };
    case "!_":
    case "-_":
      return called(ast, ast.op.slice(0, 1), [tree(ast.args)]);
    case "call":
      return call(ast, ast.args[0], ast.args[1], variables);
    case "rcall":
      return methodCall(ast, ast.args, variables);
    case ".?":
    case "[?]":
      throw new Unsupported("optional values are not evaluated at the edge", ast);
    default:
      return called(ast, ast.op, ast.args.map(tree));
  }
}

function called(ast: ASTNode, name: string, parts: readonly ExpressionNode[]): ExpressionNode {
  const decides = name === "&&" || name === "||" || name === "?:";
  if (!decides && !Object.hasOwn(functions, name) && !Object.hasOwn(extensions, name))
    throw new Unsupported(`the edge has no function ${name}`, ast);
  return { kind: "call", name, arguments: parts };
}

function mapKey(key: ExpressionNode, ast: ASTNode): ExpressionNode {
  if (key.kind === "int" || (key.kind === "literal" && typeof key.value !== "string"))
    throw new Unsupported("a map's keys are texts at the edge", ast);
  return key;
}

function literal(ast: Extract<ASTNode, { op: "value" }>): ExpressionNode {
  const value = ast.args;
  if (typeof value === "bigint") return { kind: "int", value: value.toString() };
  if (value === null || typeof value !== "object") return { kind: "literal", value };
  if (value instanceof Uint8Array) {
    // The parser takes letters beyond ASCII for one byte each.
    if (/[^\0-\x7f]/.test(ast.input.slice(ast.range.start, ast.range.end)))
      throw new Unsupported("bytes beyond ASCII are written as \\x and two digits", ast);
    const written = base64Of(value);
    return called(ast, "base64.decode", [{ kind: "literal", value: written }]);
  }
  throw new Unsupported("unsigned numbers are not evaluated at the edge", ast);
}

function name(ast: ASTNode, id: string, variables: ReadonlySet<string>): ExpressionNode {
  if (variables.has(id)) return { kind: "variable", name: id };
  if (errorTypes.some((type) => type === id)) return { kind: "literal", value: id };
  if (typeNames.has(id)) return { kind: "type", name: id };
  if (id === "Request" || id === "Error")
    throw new Unsupported(`${id} as a whole is no value: name a part of it`, ast);
  throw new Unsupported(`the edge does not know ${id}`, ast);
}

/** `Request.URL.Path` and the like, as one name. */
function seenPath(ast: ASTNode, variables: ReadonlySet<string>): ExpressionNode | undefined {
  const path = pathOf(ast);
  const [root, ...rest] = path ?? [];
  if (path === undefined || root === undefined || variables.has(root)) return undefined;
  switch (root) {
    case "Request":
      return requestParts.test(rest.join(".")) ? { kind: "seen", path } : undefined;
    case "Error":
      return rest.length === 1 ? { kind: "seen", path } : undefined;
    case "Subject":
    case "Outputs":
    case "MCP":
    case "Values":
    case "Payload":
      return rest.length === 0 ? { kind: "seen", path } : undefined;
    default:
      return undefined;
  }
}

/** `google.protobuf.Timestamp`, which is written like a member. */
function typeName(ast: ASTNode): ExpressionNode | undefined {
  const name = ast.op === "." ? pathOf(ast)?.join(".") : undefined;
  return name !== undefined && typeNames.has(name) ? { kind: "type", name } : undefined;
}

function pathOf(ast: ASTNode): readonly string[] | undefined {
  if (ast.op === "id") return [ast.args];
  const [of, last] =
    ast.op === "."
      ? ast.args
      : ast.op === "rcall" && ast.args[2].length === 0
        ? [ast.args[1], ast.args[0]]
        : [];
  const before = of && pathOf(of);
  return before === undefined || last === undefined ? undefined : [...before, last];
}

function call(
  ast: ASTNode,
  name: string,
  parts: readonly ASTNode[],
  variables: ReadonlySet<string>,
): ExpressionNode {
  const [only] = parts;
  if (name === "has" && only?.op === ".")
    return { kind: "has", of: treeOf(only.args[0], variables), name: only.args[1] };
  if (name === "type" && only?.op === "id" && only.args === "Error")
    return { kind: "seen", path: ["Error", "Type"] };
  return called(
    ast,
    name,
    parts.map((part) => treeOf(part, variables)),
  );
}

function methodCall(
  ast: ASTNode,
  [name, of, parts]: readonly [string, ASTNode, readonly ASTNode[]],
  variables: ReadonlySet<string>,
): ExpressionNode {
  const [first, second, third] = parts;
  if (
    of.op === "id" &&
    of.args === "cel" &&
    name === "bind" &&
    first?.op === "id" &&
    second &&
    third
  ) {
    return {
      kind: "bind",
      name: first.args,
      value: treeOf(second, variables),
      in: treeOf(third, new Set(variables).add(first.args)),
    };
  }
  const macro = macros.find((one) => one === name);
  if (macro !== undefined && first?.op === "id" && second !== undefined) {
    const inner = new Set(variables).add(first.args);
    const [where, result] =
      macro !== "map" ? [second] : third === undefined ? [undefined, second] : [second, third];
    return {
      kind: "each",
      macro,
      of: treeOf(of, variables),
      name: first.args,
      ...(where === undefined ? {} : { where: treeOf(where, inner) }),
      ...(result === undefined ? {} : { result: treeOf(result, inner) }),
    };
  }
  const regex = regexes.find((one) => one === name);
  if (regex !== undefined) {
    return { kind: "regex", name: regex, of: treeOf(of, variables), ...pattern(ast, first) };
  }
  if (name === "sortBy" && first?.op === "id" && second !== undefined)
    return sortBy(ast, treeOf(of, variables), first.args, second, variables);
  const rest = parts.map((part) => treeOf(part, variables));
  if (of.op === "id" && namespaces.test(of.args) && !variables.has(of.args))
    return called(ast, `${of.args}.${name}`, rest);
  if (of.op === "id" && of.args === "Request") return called(ast, `Request.${name}`, rest);
  return called(ast, name, [treeOf(of, variables), ...rest]);
}

/** The list, and beside it the keys that it is sorted by. */
function sortBy(
  ast: ASTNode,
  list: ExpressionNode,
  name: string,
  key: ASTNode,
  variables: ReadonlySet<string>,
): ExpressionNode {
  // No name that a document could write.
  const held: ExpressionNode = { kind: "variable", name: "@list" };
  const result = treeOf(key, new Set(variables).add(name));
  const keys: ExpressionNode = { kind: "each", macro: "map", of: held, name, result };
  return { kind: "bind", name: "@list", value: list, in: called(ast, "sortBy", [held, keys]) };
}

function pattern(ast: ASTNode, written: ASTNode | undefined) {
  if (written?.op !== "value" || typeof written.args !== "string")
    throw new Unsupported(
      "a regular expression is a text written here, not one from elsewhere",
      ast,
    );
  try {
    const { source } = re2(written.args);
    new RegExp(source, "u");
    return { pattern: source, longest: longestSearched(source, written.args) };
  } catch (error) {
    const why = error instanceof PatternError ? error.message : "it is no regular expression here";
    throw new Unsupported(why, written);
  }
}
