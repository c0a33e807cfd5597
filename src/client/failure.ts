/** What the client refuses to do, and why. */
export type DpopErrorCode =
  | "origin.refused"
  | "token.type"
  | "body.consumed"
  | "redirect.hidden"
  | "redirect.loop"
  | "oauth.resource"
  | "oauth.issuer"
  | "oauth.insecure"
  | "oauth.refused"
  | "oauth.grant"
  | "oauth.client"
  | "oauth.unavailable"
  | "key.store";

/** A request that the client does not make, or cannot make once more; the message says what to change. */
export class DpopError extends Error {
  override readonly name = "DpopError";
  readonly code: DpopErrorCode;

  constructor(code: DpopErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
