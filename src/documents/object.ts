import type { Environment } from "./environment.ts";
import type { Path } from "./problem.ts";
import type { Reading } from "./reading.ts";
import { type Gathering, limits, readKey, readText } from "./scalar.ts";

/** A typed object, read as a document would be: copied, its environment replaced. */
export function fromObject(document: unknown, environment: Environment): Reading {
  const gathering: Gathering = { environment, replaced: new Map(), complaints: [] };
  const value = copy(document, [], gathering);
  return {
    value,
    environment: gathering.replaced,
    complaints: gathering.complaints,
    position: () => undefined,
  };
}

function copy(value: unknown, path: Path, gathering: Gathering): unknown {
  if (path.length > limits.depth) {
    gathering.complaints.push({ path, reason: "nested too deeply" });
    return undefined;
  }
  switch (typeof value) {
    case "string":
      return readText(value, path, gathering);
    case "number":
    case "boolean":
    case "undefined":
      return value;
    case "object":
      break;
    default:
      gathering.complaints.push({ path, reason: "not a value that a document can hold" });
      return undefined;
  }
  if (value === null) return null;
  if (Array.isArray(value)) {
    return value.map((entry, index) => copy(entry, [...path, index], gathering));
  }
  const record: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const here = [...path, key];
    if (entry === undefined || !readKey(key, here, gathering)) continue;
    record[key] = copy(entry, here, gathering);
  }
  return record;
}
