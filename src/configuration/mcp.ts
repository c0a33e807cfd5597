/**
 * Conditions for the message that a request carries (Model Context Protocol). Each a list of
 * anchored sources of regular expressions, one of which must match.
 */
export interface McpMatch {
  readonly methods?: readonly string[];
  /** Names, of tools/call. */
  readonly tools?: readonly string[];
  /** URIs, of resources/read and the like. */
  readonly resources?: readonly string[];
  /** Names, of prompts/get. */
  readonly prompts?: readonly string[];
}
