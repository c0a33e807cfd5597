import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Pair,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
} from "yaml";
import { UsageError } from "../exit.ts";
import { nameOf } from "./edit.ts";

/** Aliases of aliases multiply: no pair of documents comes near. */
const mostNodes = 100_000;

/**
 * Writes out what aliases and merge keys stand for, so that what is changed at one place is not
 * changed at another, and nothing that is taken away is still referred to. Anchors go; a document
 * without aliases stays as it is.
 * @throws UsageError where an alias leads nowhere, to itself, or to too much
 */
export function writeOutAliases(document: Document, file: string): void {
  const targets = targetsOf(document, file);
  if (targets.size === 0) return;
  const open = new Set<unknown>();
  let left = mostNodes;

  function copied(node: unknown): unknown {
    left -= 1;
    if (left < 0) throw new UsageError(`${file}: its aliases stand for too much.`);
    if (isAlias(node)) {
      const target = targets.get(node);
      if (open.has(target)) throw new UsageError(`${file}: the alias *${node.source} never ends.`);
      open.add(target);
      const made = copied(target);
      open.delete(target);
      return made;
    }
    if (isSeq(node)) {
      return withoutAnchor(Object.assign(new YAMLSeq(), node, { items: node.items.map(copied) }));
    }
    if (isMap(node)) {
      const items = node.items.map((pair) => new Pair(copied(pair.key), copied(pair.value)));
      return withoutAnchor(Object.assign(new YAMLMap(), node, { items: merged(items) }));
    }
    return isScalar(node) ? withoutAnchor(Object.assign(new Scalar(node.value), node)) : node;
  }

  const contents = copied(document.contents);
  if (isMap(contents) || isSeq(contents) || isScalar(contents)) document.contents = contents;
}

/** YAML 1.2.2 section 3.2.2.2: an alias is of the last anchor of its name before it. */
function targetsOf(document: Document, file: string): ReadonlyMap<unknown, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<unknown, Node>();
  visit(document, {
    Alias(_, alias) {
      const target = anchors.get(alias.source);
      if (!target) throw new UsageError(`${file}: the alias *${alias.source} leads nowhere.`);
      targets.set(alias, target);
    },
    Node(_, node) {
      if (!isAlias(node) && "anchor" in node && node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function withoutAnchor<T extends Node>(node: T): T {
  if ("anchor" in node) delete node.anchor;
  return node;
}

/** https://yaml.org/type/merge.html: what is written wins, and the first merged mapping over the next. */
function merged(items: Pair[]): Pair[] {
  const written = new Set(items.map(nameOf));
  return items.flatMap((pair) => {
    if (nameOf(pair) !== "<<") return [pair];
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    if (!sources.every((source) => isMap(source))) return [pair];
    return sources.flatMap((source) =>
      isMap(source)
        ? source.items.filter((each) => {
            const known = written.has(nameOf(each));
            written.add(nameOf(each));
            return !known;
          })
        : [],
    );
  });
}
