import type { EncodedSlashes, PathSegment } from "../configuration.ts";

/**
 * Where a path fits an expression, the raw text behind each named wildcard. The raw path is cut at
 * its slashes; a literal is compared with the decoded segment, where "/" can only be an encoded one.
 */
export function matchPath(
  segments: readonly PathSegment[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const raw: Array<readonly [string, string]> = [];
  let position = 0;
  for (const segment of segments) {
    const text = segment.kind === "rest" ? path.slice(position).join("/") : path[position];
    position += 1;
    if (text === undefined || !fits(segment, text)) return undefined;
    if (segment.kind === "literal") continue;
    if (segment.name !== undefined) raw.push([segment.name, text]);
    if (segment.kind === "rest") return Object.fromEntries(raw);
  }
  return path.length === segments.length ? Object.fromEntries(raw) : undefined;
}

function fits(segment: PathSegment, text: string): boolean {
  if (segment.kind !== "literal") return text !== "";
  return segment.value === (text.includes("%") ? decodeURIComponent(text) : text);
}

/** What a rule sees of a captured text: decoded, but for encoded slashes that it wants untouched. */
export function decodeCapture(text: string, encodedSlashes: EncodedSlashes): string {
  if (encodedSlashes !== "no_decode") return decodeURIComponent(text);
  return text
    .split(/(%2f)/i)
    .map((part) => (/^%2f$/i.test(part) ? part : decodeURIComponent(part)))
    .join("");
}
