import { SourceMap } from "node:module";

/** The map that a bundle carries. */
export function sourceMap(script: string): SourceMap {
  const [, base64 = ""] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(script) ?? [];
  return new SourceMap(JSON.parse(Buffer.from(base64, "base64").toString()));
}

/** The file and line of the source that a place in the bundle was made of, both counted from 0. */
export function source(
  map: SourceMap,
  lineNumber: number,
  columnNumber: number,
): { readonly file: string; readonly line: number } {
  const entry = map.findEntry(lineNumber, columnNumber);
  if (!("originalSource" in entry)) return { file: "worker.js", line: lineNumber + 1 };
  return { file: entry.originalSource.replace(/^(?:\.\.\/)+/, ""), line: entry.originalLine + 1 };
}
