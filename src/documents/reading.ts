import type { Complaint, Path } from "./problem.ts";

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a reader of one form of document makes of it. */
export interface Reading {
  /** Records, arrays, strings, numbers, booleans and null; undefined when it cannot be read. */
  readonly value: unknown;
  /** Texts that came from the environment, by `pathKey`: what was written there. */
  readonly environment: ReadonlyMap<string, string>;
  /** Of the key or the value, or of the nearest thing around it; undefined for a typed object. */
  position(path: Path, at: "key" | "value", offset?: number): Position | undefined;
  readonly complaints: readonly ReadingComplaint[];
}

export interface ReadingComplaint extends Complaint {
  readonly path: Path;
  readonly position?: Position;
}

/** One document as read: plain values, with the environment replaced, and where each of them stands. */
export interface Document extends Reading {
  readonly file: string;
}
