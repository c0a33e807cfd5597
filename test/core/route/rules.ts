import type { EncodedSlashes, Match, Rule } from "../../../src/configuration.ts";
import { Refused } from "../../../src/decision.ts";
import { captureSource, parsePattern } from "../../../src/route/pattern.ts";
import { createRouter } from "../../../src/route/router.ts";
import type { RequestUrl } from "../../../src/runtime.ts";

export interface RuleSketch extends Partial<Omit<Match, "routes">> {
  readonly id: string;
  readonly paths: readonly string[];
  readonly captures?: ReadonlyArray<
    readonly [name: string, type: "glob" | "regex" | "exact", value: string]
  >;
  readonly encodedSlashes?: EncodedSlashes;
}

/** A rule as the documents compile it, of which only the matching matters here. */
export function ruleOf(sketch: RuleSketch): Rule {
  const { id, paths, captures = [], encodedSlashes = "off", ...conditions } = sketch;
  return {
    id,
    encodedSlashes,
    authenticators: [],
    authorizers: [],
    finalizers: [],
    onError: [],
    match: {
      hosts: [],
      methods: [],
      excludedMethods: [],
      ...conditions,
      routes: paths.map((expression) => ({
        expression,
        segments: parsePattern(expression),
        captures: captures.map(([name, type, value]) => ({
          name,
          pattern: captureSource(type, value),
        })),
      })),
    },
  };
}

export function urlOf(path: string, origin = "https://api.example.com"): RequestUrl {
  return { public: new URL(`${origin}${path}`), path, search: "" };
}

/** "rule {captures}", or the refusal's code. */
export function ask(
  sketches: readonly RuleSketch[],
  path: string,
  method = "GET",
  origin?: string,
): unknown {
  try {
    const matched = createRouter({ rules: sketches.map(ruleOf) }).match(
      method,
      urlOf(path, origin),
    );
    const { rule, captures } = matched;
    return Object.keys(captures).length === 0 ? rule.id : [rule.id, captures];
  } catch (error) {
    return error instanceof Refused ? error.code : error;
  }
}
export const paths = (...expressions: string[]): RuleSketch[] =>
  expressions.map((expression) => ({ id: expression, paths: [expression] }));
