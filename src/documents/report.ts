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
  /** Marks a place as broken: what stands there was probably written elsewhere. */
  suspect(place: Place): void;
  /** Whether a problem stands at that place or below: what hangs on it is then not judged. */
  isBroken(place: Place): boolean;
  problems(): Problem[];
  notes(): Note[];
}

export function createReport(): Report {
  const problems = new Map<string, Problem>();
  const notes = new Map<string, Note>();
  /** Of each document, every path at or below which a problem stands. */
  const broken = new Map<Document, Set<string>>();

  const suspect = ({ document, path }: Place) => {
    const paths = broken.get(document) ?? new Set();
    for (let length = 0; length <= path.length; length += 1) {
      paths.add(pathKey(path.slice(0, length)));
    }
    broken.set(document, paths);
  };
  return {
    suspect,
    problem(place, complaint) {
      const location = locate(place);
      suspect(place);
      const key = identity(location, complaint.reason + (complaint.found ?? ""));
      if (!problems.has(key)) problems.set(key, { ...location, ...complaint });
    },
    note(place, reason) {
      const location = locate(place);
      const key = identity(location, reason);
      if (!notes.has(key)) notes.set(key, { ...location, reason });
    },
    isBroken: ({ document, path }) => broken.get(document)?.has(pathKey(path)) ?? false,
    problems: () => inOrder([...problems.values()]),
    notes: () => inOrder([...notes.values()]),
  };
}

/** `place(..., "config", "ttl")`: a spot further down. */
export function below(place: Place, ...path: Path): Place {
  return { document: place.document, path: [...place.path, ...path] };
}

function locate({ document, path, at, offset, position }: Place): Location {
  const found = position ?? document.position(path, at ?? "value", offset);
  return { file: document.file, ...found, path: pathText(path) };
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
