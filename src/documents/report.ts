import {
  type Complaint,
  type Location,
  type Note,
  type Path,
  type Problem,
  pathKey,
  pathText,
} from "./problem.ts";
import type { Document, Position } from "./reading.ts";

/** A spot in a document. */
export interface Place {
  readonly document: Document;
  readonly path: Path;
  /** Point at the key instead of its value. */
  readonly at?: "key";
  /** Point into a text: that many characters in. */
  readonly offset?: number;
  /** Known already: what a parser complains about need not be part of the value. */
  readonly position?: Position;
}

/** Collects everything that is to be said about the documents, each thing once. */
export interface Report {
  problem(place: Place, complaint: Complaint): void;
  note(place: Place, reason: string): void;
  /** What stands at the place cannot be read, or was probably written elsewhere. */
  suspect(place: Place): void;
  /** Whether that holds at the place, below or around it: what is missing there is then not told. */
  isBroken(place: Place): boolean;
  problems(): Problem[];
  notes(): Note[];
}

export function createReport(): Report {
  const problems = new Map<string, Problem>();
  const notes = new Map<string, Note>();
  const suspects = new Map<Document, { readonly at: Set<string>; readonly around: Set<string> }>();

  return {
    problem(place, complaint) {
      const location = locate(place);
      const key = identity(location, complaint.reason + (complaint.found ?? ""));
      if (!problems.has(key)) problems.set(key, { ...location, ...complaint });
    },
    note(place, reason) {
      const location = locate(place);
      const key = identity(location, reason);
      if (!notes.has(key)) notes.set(key, { ...location, reason });
    },
    suspect({ document, path }) {
      const known = suspects.get(document) ?? { at: new Set(), around: new Set() };
      suspects.set(document, known);
      known.at.add(pathKey(path));
      for (const part of prefixes(path)) known.around.add(pathKey(part));
    },
    isBroken({ document, path }) {
      const known = suspects.get(document);
      if (known === undefined) return false;
      return (
        known.around.has(pathKey(path)) ||
        prefixes(path).some((part) => known.at.has(pathKey(part)))
      );
    },
    problems: () => inOrder(first([...problems.values()], [...notes.values()])),
    notes: () => inOrder([...notes.values()]),
  };
}

/** The path and what is around it, short of the document itself. */
function prefixes(path: Path): Path[] {
  return path.map((_, index) => path.slice(0, index + 1));
}

/** `place(..., "config", "ttl")`: a spot further down. */
export function below(place: Place, ...path: Path): Place {
  return { document: place.document, path: [...place.path, ...path] };
}

function locate({ document, path, at, offset, position }: Place): Location {
  const found = position ?? document.position(path, at ?? "value", offset);
  return { file: document.file, ...found, path: pathText(path) };
}

/** Below a key that means nothing it is no problem that the environment lacks a value. */
function first(problems: readonly Problem[], notes: readonly Note[]): readonly Problem[] {
  const meaningless = [
    ...problems.filter(({ reason }) => reason.startsWith("unknown key ")),
    ...notes.filter(({ reason }) => reason.startsWith("ignored: ")),
  ];
  return problems.filter(
    ({ file, path, reason }) =>
      !reason.includes("the environment") ||
      !meaningless.some(
        (key) => key.file === file && [".", "["].some((one) => path.startsWith(key.path + one)),
      ),
  );
}

/** An anchor used twice is one text: its problems are told once. */
function identity({ file, line, column, path }: Location, reason: string): string {
  return JSON.stringify([file, line === undefined ? path : [line, column], reason]);
}

function inOrder<T extends Location>(entries: readonly T[]): T[] {
  const files = [...new Set(entries.map((entry) => entry.file))];
  return entries.toSorted(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}
