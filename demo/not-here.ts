/** What was asked for needs something that this machine has not: said, and no failure. */
export class NotHere extends Error {
  override readonly name = "NotHere";
}
