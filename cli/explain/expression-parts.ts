import type { ASTNode } from "@marcbachmann/cel-js";
import { evaluate } from "../../src/cel/evaluate.ts";
import { extended } from "../../src/cel/extensions/extensions.ts";
import type { PolicyStep } from "../../src/configuration.ts";
import { celEnvironment } from "../../src/documents/compile/cel-environment.ts";
import { treeOf } from "../../src/documents/compile/cel-tree.ts";
import { lookup } from "../../src/mechanisms/cel.ts";
import { celExtensions as cel } from "../../src/mechanisms/cel-extensions.ts";
import { valuesOf } from "../../src/mint/render.ts";
import type { Seen } from "../../src/mint/template-data.ts";

/** The parts of an expression that were not true, and what was there in their place. */
export function whatWasFalse(step: PolicyStep, source: string | undefined, before: Seen): string[] {
  if (step.type !== "cel" || source === undefined) return [];
  const seen = { ...before, values: valuesOf(step.values, before) };
  const ast = celEnvironment(["Request", "Subject", "Outputs", "Values"]).parse(source).ast;
  return conjuncts(ast)
    .filter((part) => !isTrue(part, source, seen))
    .flatMap((part) => [
      `false: ${textOf(part)}`,
      ...compared(part)
        .slice(0, 6)
        .flatMap((operand) => saw(operand, seen)),
    ]);
}

/** Of several that would each do, all that they compare. */
function compared(ast: ASTNode): ASTNode[] {
  if (ast.op === "||" || ast.op === "&&") return ast.args.flatMap(compared);
  if (ast.op === "!_") return compared(ast.args);
  return operands(ast);
}

function conjuncts(ast: ASTNode): ASTNode[] {
  return ast.op === "&&" ? ast.args.flatMap(conjuncts) : [ast];
}

function isTrue(ast: ASTNode, source: string, seen: Seen): boolean {
  try {
    return cel.holds({ source, tree: treeOf(ast) }, seen);
  } catch {
    return false;
  }
}

/** What is compared, as far as it is no literal. */
function operands(ast: ASTNode): ASTNode[] {
  const { args } = ast;
  const found = Array.isArray(args) ? args.flat().filter(isNode) : [];
  return found.filter((node) => [".", "[]", "rcall"].includes(node.op)).slice(0, 4);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === "object" && value !== null && "op" in value && "range" in value;
}

function saw(ast: ASTNode, seen: Seen): string[] {
  const name = textOf(ast);
  // A header or a cookie may be a secret of the client's.
  if (/Request\s*\.\s*(Header|Cookie)/.test(name)) return [`${name} is not shown`];
  try {
    const expression = { source: name, tree: treeOf(ast) };
    const value = evaluate(expression, (path) => lookup(path, seen), extended);
    return [`${name} is ${shown(value)}`];
  } catch {
    return [`${name} has no value`];
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, inner) =>
    typeof inner === "bigint" ? Number(inner) : inner,
  );
  return (text ?? "something").slice(0, 100);
}

function textOf(ast: ASTNode): string {
  return ast.input.slice(ast.range.start, ast.range.end).replace(/\s+/g, " ");
}
