import { type Document, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import { UsageError } from "../exit.ts";
import { writeOutAliases } from "./aliases.ts";
import { at, itemsOf, textAt } from "./edit.ts";

export interface Source {
  readonly file: string;
  readonly text: string;
}

/** A part of what was given: the configuration, or one rule set, with the text it stands in. */
export interface Part {
  readonly kind: "mechanisms" | "rules";
  /** Of a rule set: for its file, where there are several. */
  readonly name: string;
  readonly document: Document;
  readonly source: Source;
}

export interface Parts {
  readonly parts: readonly Part[];
  /** What is neither a configuration nor a rule set, in words. */
  readonly others: readonly string[];
}

/** Every document of the files. Throws UsageError for a file that is no YAML. */
export function partsOf(sources: readonly Source[]): Parts {
  const others: string[] = [];
  const parts = sources.flatMap((source) =>
    documentsOf(source).flatMap((document, index) => {
      const [error] = document.errors;
      if (error) throw new UsageError(`${source.file}: ${error.message.trim()}`);
      writeOutAliases(document, source.file);
      return partsIn(document, source, (what) =>
        others.push(`${source.file}${index > 0 ? `, document ${index + 1}` : ""}: ${what}`),
      );
    }),
  );
  return { parts, others };
}

function documentsOf({ file, text }: Source): readonly Document[] {
  try {
    return [...parseAllDocuments(text, { version: "1.2" })];
  } catch {
    // The parser recurses: thousands of open brackets exhaust its stack.
    throw new UsageError(`${file}: nested too deeply.`);
  }
}

/** @param other told of what is passed over: a rule that is missing may leave a request to a wider one */
function partsIn(
  document: Document,
  source: Source,
  other: (what: string) => void,
): readonly Part[] {
  const { contents } = document;
  const kind = textAt(contents, "kind");
  if (kind === "List" || kind === "RuleSetList") {
    return itemsOf(at(contents, "items")).flatMap((item) => {
      const own = textAt(item, "kind") ?? "RuleSet";
      if (own === "RuleSet") return [resource(item, document, source)];
      other(`a ${own}`);
      return [];
    });
  }
  if (kind === "RuleSet") return [resource(contents, document, source)];
  const has = (key: string) => at(contents, key) !== undefined;
  if (!has("mechanisms") && isSeq(at(contents, "rules"))) {
    return [{ kind: "rules", name: textAt(contents, "name") ?? "", document, source }];
  }
  if (["mechanisms", "serve", "default_rule", "secret_management", "signer"].some(has)) {
    return [{ kind: "mechanisms", name: "", document, source }];
  }
  if (!isEmpty(contents)) other(kind === undefined ? "no rules and no mechanisms" : `a ${kind}`);
  return [];
}

/** A document of comments, or of nothing. */
function isEmpty(contents: unknown): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

/** A Kubernetes resource: its spec is the rule set, its name the set's. */
function resource(node: unknown, document: Document, source: Source): Part {
  const spec = at(node, "spec");
  const name = textAt(node, "metadata", "name") ?? "";
  const made = document.clone();
  const contents = document.createNode(isMap(spec) ? spec.clone() : {});
  made.contents = contents;
  if (isMap(contents)) {
    contents.items = contents.items.filter((pair) => String(pair.key) !== "authClassName");
    contents.items.unshift(
      document.createPair("version", version(textAt(node, "apiVersion"))),
      document.createPair("name", name),
    );
  }
  made.commentBefore = document.commentBefore ?? null;
  return { kind: "rules", name, document: made, source };
}

function version(apiVersion: string | undefined): string {
  const [, found = "1alpha4"] = /\/v(\w+)$/.exec(apiVersion ?? "") ?? [];
  return found;
}
