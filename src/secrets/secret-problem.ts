/** What is wrong with a secret, in words that hold nothing of it. */
export class SecretProblem extends Error {
  override readonly name = "SecretProblem";
}
