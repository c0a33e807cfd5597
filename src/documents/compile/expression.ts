import type { Expression } from "../../configuration/expression.ts";
import { clientWritten } from "../../mint/template-vocabulary.ts";
import type { Place, Report } from "../report.ts";
import { type CelVariable, celEnvironment } from "./cel-environment.ts";
import { treeOf, Unsupported } from "./cel-tree.ts";

/**
 * A CEL expression that is true or false, parsed and checked; or nothing, and the report is told
 * where and why.
 * @param sees the variables that there are at this place
 */
export function compileExpression(
  source: string,
  sees: readonly CelVariable[],
  place: Place,
  report: Report,
): Expression | undefined {
  const environment = celEnvironment(sees);
  const checked = environment.check(source);
  if (!checked.valid) {
    const { range, summary = "it cannot be read" } = checked.error ?? {};
    report.problem(
      { ...place, offset: range?.start ?? 0 },
      { reason: `this is no CEL expression here: ${summary}` },
    );
    return undefined;
  }
  if (checked.type !== "bool") {
    report.problem(place, {
      reason: `an expression is true or false, and this is of type ${checked.type}`,
      ...(checked.type === "dyn" ? { suggestion: "compare it: write == true after it" } : {}),
    });
    return undefined;
  }
  try {
    const tree = treeOf(environment.parse(source).ast);
    for (const name of headersIn(tree).filter((one) => clientWritten.test(one))) {
      report.note(
        place,
        `the header ${name} is whatever the client wrote: use Request.ClientIPAddresses or Request.URL`,
      );
    }
    return { source: source.trim(), tree };
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    report.problem({ ...place, offset: error.offset }, { reason: error.message });
    return undefined;
  }
}

/** Headers that an expression asks for by a name that is written in it. */
function headersIn(node: unknown): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  const { kind, name, arguments: parts } = { kind: "", name: "", arguments: [], ...node };
  const [first]: readonly unknown[] = Array.isArray(parts) ? parts : [];
  const { value: header } = { value: undefined, ...Object(first) };
  const asks = kind === "call" && name === "Request.Header" && typeof header === "string";
  return [...(asks ? [header] : []), ...Object.values(node).flatMap(headersIn)];
}
