/** Keys and indices from a document's root. */
export type Path = readonly (string | number)[];

/** Where something stands; lines and columns count from 1 and are absent for a typed object. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly path: string;
}

/** One thing that keeps the documents from compiling. */
export interface Problem extends Location {
  readonly reason: string;
  /** What stands there; never a secret. */
  readonly found?: string;
  /** What may stand there. */
  readonly allowed?: string;
  /** What to write instead. */
  readonly suggestion?: string;
}

/** A problem without its place. */
export type Complaint = Omit<Problem, keyof Location>;

/** Something that compiles and that the author should know. */
export interface Note extends Location {
  readonly reason: string;
}

/** `rules[0].match.routes[1].path`; the root is "". */
export function pathText(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[\w$-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

/** `file:line:column path`, as far as it is known. */
export function formatLocation(location: Location): string {
  const { file, line, column, path } = location;
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return path === "" ? place : `${place} ${path}`;
}

/** One or two lines for a terminal: where and why, then what to write. */
export function formatProblem(problem: Problem): string {
  const found = problem.found === undefined ? "" : `, found ${problem.found}`;
  const hints = [
    problem.suggestion,
    problem.allowed === undefined ? undefined : `allowed: ${problem.allowed}`,
  ].filter((hint) => hint !== undefined);
  const first = `${formatLocation(problem)}: ${problem.reason}${found}`;
  return hints.length === 0 ? first : `${first}\n  ${hints.join("; ")}`;
}

export function formatNote(note: Note): string {
  return `note: ${formatLocation(note)}: ${note.reason}`;
}

/** A path as the key of a map. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}
