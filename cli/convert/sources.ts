import { type Document, isMap, parseAllDocuments } from "yaml";
import { UsageError } from "../exit.ts";
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

/** Every document of the files. Throws UsageError for a file that is no YAML. */
export function partsOf(sources: readonly Source[]): readonly Part[] {
  return sources.flatMap((source) => {
    const documents = parseAllDocuments(source.text, { version: "1.2" });
    if (!Array.isArray(documents)) return [];
    return documents.flatMap((document) => {
      const [error] = document.errors;
      if (error) throw new UsageError(`${source.file}: ${error.message.trim()}`);
      return partsIn(document, source);
    });
  });
}

function partsIn(document: Document, source: Source): readonly Part[] {
  const { contents } = document;
  const kind = textAt(contents, "kind");
  if (kind === "List" || kind === "RuleSetList") {
    return itemsOf(at(contents, "items")).flatMap((item) =>
      textAt(item, "kind") === "RuleSet" ? [resource(item, document, source)] : [],
    );
  }
  if (kind === "RuleSet") return [resource(contents, document, source)];
  if (at(contents, "rules") !== undefined) {
    return [{ kind: "rules", name: textAt(contents, "name") ?? "", document, source }];
  }
  const known = ["mechanisms", "serve", "default_rule", "rules", "signer"];
  return known.some((key) => at(contents, key) !== undefined)
    ? [{ kind: "mechanisms", name: "", document, source }]
    : [];
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
