import type { McpMatch } from "../configuration.ts";
import { constrainedLength } from "../regex/cost.ts";
import type { Message } from "./message.ts";

/**
 * Whether a message meets a rule's conditions. What carries no method (a stream, the end of a
 * session, a client's answer to the server) belongs to whoever may open a session.
 */
export function createFits(): (match: McpMatch, message: Message | undefined) => boolean {
  const compiled = new WeakMap<readonly string[], readonly RegExp[]>();

  function matches(sources: readonly string[], text: string): boolean {
    if (text.length > constrainedLength) return false;
    const known = compiled.get(sources) ?? sources.map((source) => new RegExp(source, "u"));
    compiled.set(sources, known);
    return known.some((pattern) => pattern.test(text));
  }

  return (match, message) => {
    const { method = "initialize", named } = message ?? {};
    const names = named && match[named.kind];
    if (names !== undefined) return matches(names, named?.name ?? "");
    if (match.methods !== undefined) return matches(match.methods, method);
    return !match.tools && !match.resources && !match.prompts;
  };
}
