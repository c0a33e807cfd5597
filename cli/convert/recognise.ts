import { isScalar } from "yaml";
import { at, itemsOf, mappings, pairOf, textAt } from "./edit.ts";

/** The oldest version of Heimdall that such a document is of, or undefined where nothing in it is old. */
export type Version = "0.14" | "0.15 to 0.17" | "main";

/** What only documents of a version have; the oldest sign decides. */
export function versionOf(contents: unknown): Version | undefined {
  if (isOldest(contents)) return "0.14";
  if (isReleased(contents)) return "0.15 to 0.17";
  return isMain(contents) ? "main" : undefined;
}

function isOldest(contents: unknown): boolean {
  const rules = itemsOf(at(contents, "rules"));
  return (
    textAt(contents, "version") === "1alpha3" ||
    ["decision", "proxy", "management"].some((key) => pairOf(at(contents, "serve"), key)) ||
    pairOf(contents, "signer") !== undefined ||
    pairOf(at(contents, "default_rule"), "methods") !== undefined ||
    rules.some((rule) => pairOf(at(rule, "match"), "url") || isScalar(at(rule, "match"))) ||
    mappings(at(contents, "mechanisms", "error_handlers")).some((one) => pairOf(one, "when"))
  );
}

function isReleased(contents: unknown): boolean {
  const version = textAt(contents, "version") ?? "";
  return (
    version.startsWith("1alpha") ||
    textAt(contents, "kind") === "RuleSet" ||
    pairOf(contents, "secrets_reload_enabled") !== undefined ||
    mappings(at(contents, "rules")).some(
      (one) => pairOf(one, "path_params") || pairOf(one, "backtracking_enabled"),
    ) ||
    itemsOf(at(contents, "rules")).some((rule) =>
      itemsOf(at(rule, "match", "hosts")).some((host) => pairOf(host, "type")),
    ) ||
    mappings(at(contents, "mechanisms")).some(
      (one) => pairOf(one, "key_store") || pairOf(one, "allow_fallback_on_error"),
    )
  );
}

/** Spellings of main that are read as they are, but for secrets in files. */
function isMain(contents: unknown): boolean {
  return (
    textAt(contents, "version") === "1beta1" ||
    mappings(at(contents, "secret_management")).some((one) => pairOf(one, "path")) ||
    ["log", "tracing", "metrics", "providers"].some((key) => pairOf(contents, key))
  );
}
