import { isMap, isScalar } from "yaml";
import type { Conversion } from "./conversion.ts";
import { at, itemsOf, pairOf, remove, set, textAt } from "./edit.ts";
import { matchOfGlob } from "./old-glob.ts";

/** 0.14 matched a glob or an expression against the whole URL, and named methods beside it. */
export function convertOldMatch(
  rule: unknown,
  inherited: readonly string[],
  conversion: Conversion,
): void {
  const { document, todo } = conversion;
  const match = pairOf(rule, "match");
  if (!match) return;
  const written = isScalar(match.value) ? String(match.value.value) : textAt(match.value, "url");
  const id = textAt(rule, "id") ?? "";
  if (written === undefined) return;
  const strategy = textAt(match.value, "strategy") ?? "glob";
  const converted = strategy === "glob" ? matchOfGlob(written) : undefined;
  if (converted === undefined) {
    todo(
      match,
      "matching",
      `${id}: write as routes, hosts and scheme what ${strategy} ${written} matched`,
    );
  } else {
    const { scheme, ...others } = converted;
    match.value = document.createNode(others);
    if (scheme !== undefined) {
      todo(
        match,
        "matching",
        `${id} was for ${scheme} only, as Heimdall saw it behind its proxies; here it is for both`,
      );
    }
  }
  convertMethods(rule, match.value, inherited, conversion);
}

/** An empty list was none, and is any today. */
function convertMethods(
  rule: unknown,
  match: unknown,
  inherited: readonly string[],
  { document, todo }: Conversion,
): void {
  if (!isMap(match) || pairOf(match, "methods")) return;
  const own = at(rule, "methods");
  const named = itemsOf(own).length > 0;
  remove(rule, "methods");
  if (named) set(document, match, "methods", own);
  else if (inherited.length > 0) set(document, match, "methods", inherited);
  else {
    todo(
      pairOf(rule, "match"),
      "matching",
      `${textAt(rule, "id") ?? ""}: name its methods; in 0.14 they were the default rule's, which was not given`,
    );
  }
}
