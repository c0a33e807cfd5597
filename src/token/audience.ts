import { Refused } from "../decision.ts";
import { isStrings } from "./strings.ts";

/**
 * RFC 7519 section 4.1.3: one string or several, compared exactly; one of ours must be among them.
 * @param accepted empty: the document asks for no audience
 * @throws Refused token.malformed, token.audience
 */
export function checkAudience(aud: unknown, accepted: readonly string[]): void {
  if (accepted.length === 0) return;
  if (aud !== undefined && typeof aud !== "string" && !isStrings(aud)) {
    throw new Refused("token.malformed", { expected: "aud as a string or strings" });
  }
  const found = typeof aud === "string" ? [aud] : (aud ?? []);
  if (found.some((audience) => accepted.includes(audience))) return;
  throw new Refused("token.audience", { expected: accepted.join(", ") });
}
