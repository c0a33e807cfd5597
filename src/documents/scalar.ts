import { type Environment, substitute } from "./environment.ts";
import { type Path, pathKey } from "./problem.ts";
import type { ReadingComplaint } from "./reading.ts";

/** What both readers, of YAML and of objects, keep while they walk. */
export interface Gathering {
  readonly environment: Environment;
  readonly replaced: Map<string, string>;
  readonly complaints: ReadingComplaint[];
}

/** More than any pair that people write: a document is input too. */
export const limits = { nodes: 20_000, depth: 48, characters: 2_000_000 } as const;

/** A text with its environment replaced. It stays a text: the schema says what is made of it. */
export function readText(text: string, path: Path, gathering: Gathering): string {
  const result = substitute(text, gathering.environment);
  for (const problem of result.problems) gathering.complaints.push({ ...problem, path });
  if (result.replaced) gathering.replaced.set(pathKey(path), text);
  return result.text;
}

/** Whether a name may be a key: `__proto__` would be no member but a prototype. */
export function readKey(key: string, path: Path, gathering: Gathering): boolean {
  if (key === "__proto__") {
    gathering.complaints.push({ path, reason: "a key that cannot be used", found: '"__proto__"' });
    return false;
  }
  const [foreign] = /[\p{Zs}\p{Cf}]/u.exec(key.replaceAll(" ", "")) ?? [];
  if (foreign !== undefined) {
    const code = foreign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    gathering.complaints.push({
      path,
      reason: `a key holds U+${code}, which looks like a space and is none`,
      suggestion: "write a space",
    });
    return false;
  }
  if (/\$\{[A-Za-z_]/.test(key)) {
    gathering.complaints.push({
      path,
      reason: "the environment is replaced in values, not in keys",
      suggestion: "write the key itself",
    });
    return false;
  }
  return true;
}
