import { hasTwins } from "../caseless.ts";
import { evaluate } from "../cel/evaluate.ts";
import { type CelFunctions, functions } from "../cel/functions.ts";
import { CelError } from "../cel/value.ts";
import { Refused } from "../decision.ts";
import type { Cel } from "../mechanisms.ts";
import { cookie, type Seen, valueAt } from "../mint/template-data.ts";

/** CEL expressions: conditions of steps, the authorizer `cel`, what a remote answer must hold. */
export const cel = celOf(functions);

/** The same of expressions that can call these functions. */
export function celOf(callable: CelFunctions): Cel {
  return {
    holds(expression, seen, more = {}) {
      try {
        const value = evaluate(expression, (path) => lookup(path, seen, more), callable);
        if (typeof value === "boolean") return value;
        throw new CelError("it is neither true nor false");
      } catch (thrown) {
        if (!(thrown instanceof CelError)) throw thrown;
        throw new Refused("policy.denied", { expected: expression.source, found: thrown.message });
      }
    },
  };
}

/** The value of what an expression names. */
export function lookup(
  path: readonly string[],
  seen: Seen,
  more: Readonly<Record<string, unknown>> = {},
): unknown {
  const [root = "", part = "", name = ""] = path;
  switch (root) {
    case "Subject":
      return subject(seen);
    case "Values":
      return seen.values;
    case "Outputs":
      return seen.outputs;
    case "MCP":
      return seen.mcp && mcpOf(seen.mcp);
    case "Request":
      if (part === "Header") return seen.request.headers.get(name) ?? "";
      if (part === "Cookie") return cookie(seen.request.headers, name);
      return valueAt(path, seen);
    default: {
      const found = Object.hasOwn(more, root) ? more[root] : undefined;
      return path.length === 1 ? found : Reflect.get(Object(found), part);
    }
  }
}

/** What a message does not name is ""; arguments that can be read in two ways are none. */
function mcpOf({ method = "", named, parameters }: NonNullable<Seen["mcp"]>): unknown {
  const nameOf = (kind: string) => (named?.kind === kind ? named.name : "");
  const { arguments: given = {} } = parameters;
  return {
    method,
    tool: nameOf("tools"),
    resource: nameOf("resources"),
    prompt: nameOf("prompts"),
    ...(hasTwins(given) ? {} : { arguments: given }),
  };
}

/** `Subject.ID` is short for `Subject.default.ID`. */
function subject({ subject: { id, attributes } }: Seen): unknown {
  const principal = { ID: id, Attributes: attributes };
  return { ...principal, default: principal };
}
