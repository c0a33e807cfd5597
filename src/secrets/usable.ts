import type { Configuration } from "../configuration.ts";
import { Fault } from "../decision.ts";
import { given, type Mechanisms } from "../mechanisms.ts";
import type { Runtime } from "../runtime.ts";
import { type Secrets, select } from "../secrets.ts";

/** What secrets are judged with. */
interface Judging {
  readonly runtime: Pick<Runtime, "now">;
  readonly secrets: Secrets;
  readonly mechanisms: Pick<Mechanisms, "keyCertificates">;
}

/** Who guesses it can let a thief back in, or shut everybody out. A header carries no space in it. */
const fitAccess = /^[\x21-\x7e]{32,}$/;

/** Throws a Fault where the secret that changes the list of revocations can be guessed, or not be sent. */
export function checkAccess(secret: string): void {
  if (fitAccess.test(secret)) return;
  throw new Fault(
    "The secret of serve.revocation.access must have 32 characters or more, no space or line end among them: make another.",
  );
}

/** A line for each secret, key or certificate that is needed and that the kit's secrets cannot give: which, and why. */
export async function secretFaults(
  {
    masterKey,
    rules,
    defaultRule,
    revocation,
  }: Pick<Configuration, "masterKey" | "rules" | "defaultRule" | "revocation">,
  kit: Judging,
): Promise<string[]> {
  const { symmetricKeys, signingKeys, text } = kit.secrets;
  const certificates = kit.mechanisms.keyCertificates?.(kit);
  const all = [...rules, ...(defaultRule ? [defaultRule] : [])];
  const signers = all.flatMap(({ finalizers }) =>
    finalizers.flatMap((each) => (each.type === "jwt" ? [each.signer] : [])),
  );
  const anchors = all.flatMap(({ authenticators }) =>
    authenticators.flatMap((each) =>
      each.type === "jwt" && each.keys.trustAnchors !== undefined ? [each.keys.trustAnchors] : [],
    ),
  );
  const access = revocation?.access;
  const lines = await Promise.all([
    ...(masterKey === undefined
      ? []
      : [fault(async () => select(await symmetricKeys(masterKey.source), masterKey))]),
    ...anchors.map((source) => fault(() => given(certificates, "keyCertificates").anchors(source))),
    // Else it is missed only when somebody must be shut out.
    ...(access === undefined ? [] : [fault(async () => checkAccess(await text(access)))]),
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
