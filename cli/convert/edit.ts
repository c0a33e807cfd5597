import { type Document, isMap, isScalar, isSeq, type Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";

/** The pair of a key, where the node is a mapping that has it. */
export function pairOf(node: unknown, key: string): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => nameOf(pair) === key);
}

export function nameOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

/** What stands at the keys, one inside the other. */
export function at(node: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => pairOf(inner, key)?.value, node);
}

/** The text at the keys. */
export function textAt(node: unknown, ...keys: readonly string[]): string | undefined {
  const found = at(node, ...keys);
  return isScalar(found) && typeof found.value === "string" ? found.value : undefined;
}

export function itemsOf(node: unknown): readonly unknown[] {
  return isSeq(node) ? node.items : [];
}

/** Comments stay with the pair. */
export function rename(pair: Pair, to: string): void {
  if (isScalar(pair.key)) pair.key.value = to;
}

export function remove(node: unknown, key: string): void {
  if (!isMap(node)) return;
  node.items = node.items.filter((pair) => nameOf(pair) !== key);
}

/** Sets a key at the end of a mapping, or in the place that it has. */
export function set(document: Document, node: unknown, key: string, value: unknown): void {
  if (!isMap(node)) return;
  const known = pairOf(node, key);
  const made =
    value instanceof YAMLMap || value instanceof YAMLSeq ? value : document.createNode(value);
  if (known) known.value = made;
  else node.items.push(document.createPair(key, made));
}

/** Another value for a scalar, with the comments that it has. */
export function setText(node: unknown, value: string): void {
  if (isScalar(node)) node.value = value;
}

/** Every mapping of a tree, the outer one first; an anchor's once. */
export function mappings(node: unknown): readonly YAMLMap[] {
  const found: YAMLMap[] = [];
  walk(node, (inner) => {
    if (isMap(inner)) found.push(inner);
  });
  return found;
}

/** Every text of a tree. */
export function texts(node: unknown): readonly Scalar<string>[] {
  const found: Scalar<string>[] = [];
  walk(node, (inner) => {
    if (isText(inner)) found.push(inner);
  });
  return found;
}

function isText(node: unknown): node is Scalar<string> {
  return node instanceof Scalar && typeof node.value === "string";
}

function walk(node: unknown, visit: (node: unknown) => void): void {
  visit(node);
  if (isSeq(node)) for (const item of node.items) walk(item, visit);
  if (isMap(node)) for (const pair of node.items) walk(pair.value, visit);
}

/** The mechanisms of a kind. */
export function entries(contents: unknown, kind: string): readonly unknown[] {
  return itemsOf(at(contents, "mechanisms", kind));
}
