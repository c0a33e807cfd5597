import type { Kit, Mechanisms } from "../mechanisms.ts";
import type { Secrets } from "../secrets.ts";

/** The same, and tokens of the edge's own where the documents use them. */
export function withTokens(
  secrets: Secrets,
  runtime: Kit["runtime"],
  { clientTokens }: Mechanisms,
): Secrets {
  return clientTokens ? { ...secrets, token: clientTokens({ runtime, secrets }) } : secrets;
}
