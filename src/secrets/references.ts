import type { Configuration } from "../configuration.ts";
import { isRecord } from "../record.ts";

interface Use {
  readonly selector: string | undefined;
}

/**
 * All that names a source of secrets: finalizers sign, and so do requests to endpoints. Without
 * `masterKey`, whose keys are of another kind, only what may sign.
 */
export function references(
  { secrets: _, ...uses }: Omit<Configuration, "masterKey">,
  source: string,
): Use[] {
  return usesIn(uses, source);
}

function usesIn(value: unknown, source: string): Use[] {
  if (Array.isArray(value)) return value.flatMap((each) => usesIn(each, source));
  if (!isRecord(value)) return [];
  const { selector } = value;
  const own =
    value.source === source
      ? [{ selector: typeof selector === "string" ? selector : undefined }]
      : [];
  return [...own, ...Object.values(value).flatMap((each) => usesIn(each, source))];
}
