const decoded = (path: string): string => path.replace(/%2f/gi, "/");
const withoutParameters = (path: string): string => path.replace(/(?:;|%3b)[^/]*/gi, "");
const withoutWrittenParameters = (path: string): string => path.replace(/;[^/]*/g, "");
/** By its position: an expression for the path's end would look for it behind every semicolon. */
const withoutLastParameters = (path: string): string => {
  const last = path.lastIndexOf("/");
  return path.slice(0, last) + withoutParameters(path.slice(last));
};

const readers = [decoded, withoutParameters, withoutWrittenParameters, withoutLastParameters];

/** What only a path can have that is read in more than one way, but for its end. */
const ambiguous = /;|%3b|%2f/i;

/**
 * What more lenient readers than the edge take a path for: parameters dropped (RFC 3986 section
 * 3.3), in every segment or in the last, encoded or not; encoded slashes decoded; one after the
 * other. Without the path itself, and without the slash at its end (otherEnd).
 */
export function readings(path: string): readonly string[] {
  if (!ambiguous.test(path)) return [];
  const all = new Set([path]);
  // What is added is read again: each reader only ever shortens a path, or its spelling.
  for (const reading of all) for (const read of readers) all.add(read(reading));
  all.delete(path);
  return [...all];
}

/** With a slash at its end, or without it: to many servers that is one path. */
export function otherEnd(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
}
