import type { Complaint, Path } from "./problem.ts";

/** One thing that the schema has to say about a value. */
export interface Finding {
  readonly path: Path;
  readonly at?: "key";
  /** A note for a key that means nothing here; the value is dropped either way. */
  readonly kind: "problem" | "note";
  readonly complaint: Complaint;
  /** The path that was probably meant: that it is missing is then not told as well. */
  readonly meant?: Path;
}
