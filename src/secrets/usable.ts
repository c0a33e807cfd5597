import type { Configuration } from "../configuration.ts";
import { Fault } from "../decision.ts";
import { type Secrets, select } from "../secrets.ts";

/** A line for each key that nonces or internal tokens need and `secrets` cannot give: which, and why. */
export async function secretFaults(
  { masterKey, rules, defaultRule }: Pick<Configuration, "masterKey" | "rules" | "defaultRule">,
  { symmetricKeys, signingKeys }: Pick<Secrets, "symmetricKeys" | "signingKeys">,
): Promise<string[]> {
  const signers = [...rules, ...(defaultRule ? [defaultRule] : [])].flatMap(({ finalizers }) =>
    finalizers.flatMap((each) => (each.type === "jwt" ? [each.signer] : [])),
  );
  const lines = await Promise.all([
    ...(masterKey === undefined
      ? []
      : [fault(async () => select(await symmetricKeys(masterKey.source), masterKey))]),
    ...signers.map((signer) => fault(async () => select(await signingKeys(signer.source), signer))),
  ]);
  return [...new Set(lines.flat())];
}

async function fault(use: () => Promise<unknown>): Promise<string[]> {
  try {
    await use();
    return [];
  } catch (error) {
    if (error instanceof Fault) return [error.message];
    throw error;
  }
}
