/** What the client refuses to do, and why. */
export type DpopErrorCode =
  | "origin.refused"
  | "token.type"
  | "body.consumed"
  | "redirect.hidden"
  | "redirect.loop";

/** A request that the client does not make, or cannot make once more; the message says what to change. */
export class DpopError extends Error {
  override readonly name = "DpopError";
  readonly code: DpopErrorCode;

  constructor(code: DpopErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
