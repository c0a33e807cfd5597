import type { SecretReference } from "../../configuration.ts";
import type { Path } from "../problem.ts";
import type { Context } from "./context.ts";
import type { Settings } from "./settings.ts";

type Written = { source: string; selector?: string | undefined };

/** A user or a client, and its secret. */
export interface NamedSecret {
  /** A reference where it stands in the same entry of a source as the secret. */
  readonly name: string | SecretReference;
  readonly secret: SecretReference;
}

/**
 * Either a name, and a reference to its secret, or `credentials`: an entry of a source that holds
 * both, by the names in `members`.
 * @param path where these keys stand in the config
 */
export function compileNamedSecret(
  written: Readonly<Record<string, unknown>> & { readonly credentials?: Written | undefined },
  members: readonly [name: string, secret: string],
  path: Path,
  settings: Settings,
  context: Context,
): NamedSecret | undefined {
  const [nameKey, secretKey] = members;
  const { credentials } = written;
  if (credentials !== undefined) return entry(credentials, members, path, settings, context);
  const { [nameKey]: name, [secretKey]: secret } = written;
  if (typeof name !== "string" || !isReference(secret)) {
    const place = settings.place(...path);
    const broken = [nameKey, secretKey].some((key) =>
      context.report.isBroken(settings.place(...path, key)),
    );
    if (!broken)
      context.report.problem(place, {
        reason: `${nameKey} and ${secretKey} are needed, or credentials`,
        suggestion: `write ${nameKey}: NAME and ${secretKey}: {source: SOURCE}`,
      });
    return undefined;
  }
  const place = settings.place(...path, secretKey);
  if (!context.secret(reference(secret), "credentials", place)) return undefined;
  return { name, secret: reference(secret) };
}

function entry(
  { source, selector }: Written,
  [nameKey, secretKey]: readonly [string, string],
  path: Path,
  settings: Settings,
  context: Context,
): NamedSecret | undefined {
  const place = settings.place(...path, "credentials");
  const member = (key: string) => ({
    source,
    selector: selector === undefined ? key : `${selector}/${key}`,
  });
  for (const key of [secretKey, nameKey]) {
    if (!context.secret(member(key), "credentials", place)) return undefined;
  }
  const name = context.inlineValue(source, member(nameKey).selector) ?? member(nameKey);
  return { name, secret: member(secretKey) };
}

/** Without members that are undefined: the configuration is JSON. */
export function reference({ source, selector }: Written): SecretReference {
  return selector === undefined ? { source } : { source, selector };
}

function isReference(value: unknown): value is Written {
  return typeof value === "object" && value !== null && "source" in value;
}
