import type { Configuration } from "../configuration.ts";
import { Fault } from "../decision.ts";
import { type Secrets, select } from "../secrets.ts";

/** A line for each key or certificate that nonces, tokens or issuers' keys need and `secrets` cannot give: which, and why. */
export async function secretFaults(
  { masterKey, rules, defaultRule }: Pick<Configuration, "masterKey" | "rules" | "defaultRule">,
  {
    symmetricKeys,
    signingKeys,
    certificates,
  }: Pick<Secrets, "symmetricKeys" | "signingKeys" | "certificates">,
): Promise<string[]> {
  const all = [...rules, ...(defaultRule ? [defaultRule] : [])];
  const signers = all.flatMap(({ finalizers }) =>
    finalizers.flatMap((each) => (each.type === "jwt" ? [each.signer] : [])),
  );
  const anchors = all.flatMap(({ authenticators }) =>
    authenticators.flatMap((each) =>
      each.type === "jwt" && each.keys.trustAnchors !== undefined ? [each.keys.trustAnchors] : [],
    ),
  );
  const lines = await Promise.all([
    ...(masterKey === undefined
      ? []
      : [fault(async () => select(await symmetricKeys(masterKey.source), masterKey))]),
    ...anchors.map((source) => fault(() => certificates(source))),
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
