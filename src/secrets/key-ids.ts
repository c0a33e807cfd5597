import type { Configuration, SecretReference } from "../configuration.ts";
import { type Secrets, select } from "../secrets.ts";
import { references } from "./references.ts";

/** The ids of a source's keys, and which of them the documents mean. */
export interface KeyIds {
  readonly holds: readonly string[];
  readonly selects: readonly string[];
  /** Every use has a selector: a second key in the source changes nothing. */
  readonly named: boolean;
}

type Keyed = ReadonlyArray<{ readonly kid: string }>;

/** Of every source that nonces or internal tokens are made with, as far as it reads. */
export async function keyIds(
  configuration: Configuration,
  { symmetricKeys, signingKeys }: Pick<Secrets, "symmetricKeys" | "signingKeys">,
): Promise<Readonly<Record<string, KeyIds>>> {
  const { masterKey, rules, defaultRule } = configuration;
  const found: Record<string, KeyIds> = {};
  if (masterKey) await add(masterKey, symmetricKeys);
  for (const { finalizers } of defaultRule ? [...rules, defaultRule] : rules) {
    for (const each of finalizers) if (each.type === "jwt") await add(each.signer, signingKeys);
  }
  return found;

  async function add(
    reference: SecretReference,
    keysOf: (from: SecretReference) => Promise<Keyed>,
  ): Promise<void> {
    const keys = await keysOf(reference).catch(() => []);
    const before = found[reference.source] ?? { holds: [], selects: [] };
    const { holds, selects } = before;
    found[reference.source] = {
      holds: distinct([...holds, ...keys.map(({ kid }) => kid)]),
      selects: distinct([...selects, ...selected(keys, reference)]),
      named: references(configuration, reference.source).every(
        ({ selector }) => selector !== undefined,
      ),
    };
  }
}

function selected(keys: Keyed, reference: SecretReference): string[] {
  try {
    return [select(keys, reference).kid];
  } catch {
    return [];
  }
}

function distinct(kids: readonly string[]): string[] {
  return [...new Set(kids)];
}
