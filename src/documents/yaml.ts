import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
  type Document as YamlDocument,
} from "yaml";
import type { Environment } from "./environment.ts";
import { type Path, pathKey } from "./problem.ts";
import type { Position, Reading } from "./reading.ts";
import { type Gathering, limits, readKey, readText } from "./scalar.ts";
import { type Spot, spotWithin } from "./yaml-position.ts";
import { syntaxComplaints } from "./yaml-syntax.ts";

interface Walk extends Gathering {
  readonly document: YamlDocument.Parsed;
  readonly spots: Map<string, Spot>;
  /** Anchors being walked: an alias to one of them would never end. */
  readonly open: Set<unknown>;
  /** Shared by all walks of a document: aliases of aliases multiply. */
  readonly budget: { nodes: number };
}

/** YAML 1.2 with comments, anchors and merge keys. Never throws. */
export function parseYaml(text: string, environment: Environment): Reading {
  const lines = new LineCounter();
  const gathering: Gathering = { environment, replaced: new Map(), complaints: [] };
  const spots = new Map<string, Spot>();
  const value = compose(text, lines, gathering, spots);
  return {
    value,
    environment: gathering.replaced,
    complaints: gathering.complaints,
    position(path, at, offset) {
      const found = spotWithin(spots, path, at, offset, text);
      return found === undefined ? undefined : toPosition(lines, found);
    },
  };
}

function compose(
  text: string,
  lines: LineCounter,
  gathering: Gathering,
  spots: Map<string, Spot>,
): unknown {
  const { complaints } = gathering;
  if (text.length > limits.characters) {
    complaints.push({ path: [], reason: "too long to be read" });
    return undefined;
  }
  let document: YamlDocument.Parsed;
  try {
    document = parseDocument(text, { version: "1.2", prettyErrors: false, lineCounter: lines });
  } catch {
    // The parser recurses: thousands of open brackets exhaust its stack.
    complaints.push({ path: [], reason: "nested too deeply" });
    return undefined;
  }
  const faults = [...document.errors, ...document.warnings];
  complaints.push(...syntaxComplaints(faults, text, (offset) => toPosition(lines, offset)));
  if (document.errors.some((error) => error.code !== "DUPLICATE_KEY")) return undefined;
  return walk(document.contents, [], {
    ...gathering,
    document,
    spots,
    open: new Set(),
    budget: { nodes: limits.nodes },
  });
}

function walk(node: unknown, path: Path, state: Walk): unknown {
  if (!affords(path, state)) return undefined;
  if (isAlias(node)) {
    const target = node.resolve(state.document);
    if (target === undefined || state.open.has(target)) {
      state.complaints.push({ path, reason: `the alias *${node.source} leads nowhere` });
      return undefined;
    }
    return walk(target, path, state);
  }
  if (isScalar(node)) {
    remember(node, path, state);
    return typeof node.value === "string" ? readText(node.value, path, state) : node.value;
  }
  state.open.add(node);
  const value = isMap(node) ? walkMap(node, path, state) : walkSequence(node, path, state);
  state.open.delete(node);
  return value;
}

function affords(path: Path, { budget, complaints }: Walk): boolean {
  budget.nodes -= 1;
  if (budget.nodes >= 0 && path.length <= limits.depth) return true;
  const reason = "nested too deeply, or too large";
  if (complaints.at(-1)?.reason !== reason) complaints.push({ path, reason });
  return false;
}

function walkSequence(node: unknown, path: Path, state: Walk): unknown {
  if (!isSeq(node)) return null;
  remember(node, path, state);
  return node.items.map((item, index) => walk(item, [...path, index], state));
}

function walkMap(node: YAMLMap, path: Path, state: Walk): Record<string, unknown> {
  remember(node, path, state);
  const record: Record<string, unknown> = {};
  const merges: Pair[] = [];
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? pair.key.value : undefined;
    if (key === "<<" && isScalar(pair.key) && pair.key.type === "PLAIN") {
      merges.push(pair);
      continue;
    }
    const name = isScalar(pair.key) ? String(key) : undefined;
    if (name === undefined) {
      state.complaints.push({ path, reason: "a key must be a text" });
      continue;
    }
    const here = [...path, name];
    if (isScalar(pair.key)) rememberKey(pair.key, here, state);
    if (readKey(name, here, state)) record[name] = walk(pair.value, here, state);
  }
  for (const merge of merges) mergeInto(record, merge.value, path, state);
  return record;
}

/** https://yaml.org/type/merge.html: what is written wins, and the first merged mapping over the next. */
function mergeInto(record: Record<string, unknown>, node: unknown, path: Path, state: Walk): void {
  if (!affords(path, state)) return;
  const target = isAlias(node) ? node.resolve(state.document) : node;
  if (isSeq(target)) {
    for (const item of target.items) mergeInto(record, item, path, state);
    return;
  }
  if (!isMap(target) || state.open.has(target)) {
    state.complaints.push({ path, reason: "<< takes a mapping, or a list of them" });
    return;
  }
  const aside = { ...state, spots: new Map<string, Spot>(), replaced: new Map<string, string>() };
  state.open.add(target);
  const merged = walkMap(target, path, aside);
  state.open.delete(target);
  for (const [key, value] of Object.entries(merged)) {
    if (Object.hasOwn(record, key)) continue;
    record[key] = value;
    adopt(aside.spots, [...path, key], state.spots);
    adopt(aside.replaced, [...path, key], state.replaced);
  }
}

function adopt<T>(from: ReadonlyMap<string, T>, path: Path, to: Map<string, T>): void {
  const prefix = pathKey(path).slice(0, -1);
  for (const [key, entry] of from) if (key.startsWith(prefix)) to.set(key, entry);
}

function remember(node: { range?: unknown }, path: Path, state: Walk): void {
  if (!Array.isArray(node.range)) return;
  const [start, end] = node.range;
  const style = isScalar(node) ? node.type : undefined;
  const known = state.spots.get(pathKey(path));
  state.spots.set(pathKey(path), { ...known, start, end, ...(style ? { style } : {}) });
}

function rememberKey(node: { range?: unknown }, path: Path, state: Walk): void {
  if (!Array.isArray(node.range)) return;
  const [start, end] = node.range;
  // Until its value is known: an empty value has no spot of its own.
  state.spots.set(pathKey(path), { key: start, start, end });
}

function toPosition(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
