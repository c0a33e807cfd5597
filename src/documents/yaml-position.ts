import { type Path, pathKey } from "./problem.ts";

/** Offsets into the text: of the key, and of the value's start and end. */
export interface Spot {
  readonly key?: number;
  readonly start: number;
  readonly end: number;
  /** How a scalar was written. */
  readonly style?: string;
}

/** The offset of a key or value, or of the nearest thing around it that is there. */
export function spotWithin(
  spots: ReadonlyMap<string, Spot>,
  path: Path,
  at: "key" | "value",
  offset: number | undefined,
  text: string,
): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const spot = spots.get(pathKey(path.slice(0, length)));
    if (spot === undefined) continue;
    // What is missing is missed where its parent is named.
    if (at === "key" || length < path.length) return spot.key ?? spot.start;
    return offset === undefined ? spot.start : offsetInScalar(spot, offset, text);
  }
  return undefined;
}

/** Where the n-th character of a scalar's value is in the text; its start where that cannot be told. */
function offsetInScalar(spot: Spot, offset: number, text: string): number {
  const source = text.slice(spot.start, spot.end);
  if (spot.style === "BLOCK_LITERAL") return offsetInBlock(spot, source, offset);
  const plain = source.includes("\n") || source.includes("\\") || source.includes("''");
  if (plain || source.includes("${")) return spot.start;
  const quoted = spot.style === "QUOTE_SINGLE" || spot.style === "QUOTE_DOUBLE";
  return spot.start + offset + (quoted ? 1 : 0);
}

function offsetInBlock(spot: Spot, source: string, offset: number): number {
  const header = source.indexOf("\n") + 1;
  const lines = source.slice(header).split("\n");
  const indent = lines.find((line) => line.trim() !== "")?.match(/^ */)?.[0].length ?? 0;
  let start = spot.start + header;
  let left = offset;
  for (const line of lines) {
    const length = Math.max(line.replace(/\r$/, "").length - indent, 0);
    if (left <= length) return start + Math.min(indent, line.length) + left;
    left -= length + 1;
    start += line.length + 1;
  }
  return spot.start;
}
