/** A path expression or a capture constraint that cannot be used. The message is for whoever wrote it. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}
