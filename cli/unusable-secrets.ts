import type { Configuration } from "../src/configuration.ts";
import { Fault } from "../src/decision.ts";
import { createSecrets, select } from "../src/secrets.ts";
import type { Secrets } from "./local-secrets.ts";

/** A line for each key that nonces or internal tokens need and `secrets` cannot give: which, and why. */
export async function unusableSecrets(
  configuration: Configuration,
  secrets: Secrets,
): Promise<string[]> {
  const { masterKey, rules, defaultRule } = configuration;
  const { symmetricKeys, signingKeys } = createSecrets(configuration.secrets, (from) =>
    "binding" in from ? secrets[from.binding] : undefined,
  );
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
