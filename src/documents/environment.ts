export type Environment = Readonly<Record<string, string | undefined>>;

/** A text with its `${NAME}` replaced; `problems` says which could not be. */
export interface Substitution {
  readonly text: string;
  /** Whether any part of the text came from the environment or a default. */
  readonly replaced: boolean;
  readonly problems: readonly { readonly reason: string; readonly suggestion: string }[];
}

const reference = /\$?\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::[-=]([^{}]*))?\})?/g;

/**
 * Replaces `${NAME}`, `${NAME:-default}` and `${NAME:=default}` in one scalar; `$${` stands for `${`. It sees a value
 * that has been parsed already, so nothing that comes in can become a key, a list or a comment.
 */
export function substitute(text: string, environment: Environment): Substitution {
  if (!text.includes("${")) return { text, replaced: false, problems: [] };
  const problems: { reason: string; suggestion: string }[] = [];
  let replaced = false;
  const result = text.replace(reference, (written, name?: string, fallback?: string) => {
    if (written.startsWith("$$")) return written.slice(1);
    if (name === undefined) {
      problems.push({
        reason: "a reference to the environment that cannot be read",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what is to be written
        suggestion: "write ${NAME} or ${NAME:-default}, or $${ for a literal ${",
      });
      return written;
    }
    replaced = true;
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (fallback !== undefined) return value === undefined || value === "" ? fallback : value;
    if (value === undefined) {
      problems.push({
        reason: `the environment has no ${name}`,
        suggestion: `set ${name}, or write \${${name}:-default}`,
      });
      return written;
    }
    return value;
  });
  return { text: result, replaced, problems };
}
