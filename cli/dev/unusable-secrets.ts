import type { Configuration } from "../../src/configuration.ts";
import { encryptedKeys } from "../../src/mechanisms/encrypted-keys.ts";
import { keyCertificates } from "../../src/mechanisms/key-certificates.ts";
import { secretFaults } from "../../src/secrets/usable.ts";
import { createSecrets } from "../../src/secrets.ts";
import type { Secrets } from "../secret/local-secrets.ts";

/** A line for each secret, key or certificate that is needed and `secrets` cannot give: which, and why. */
export function unusableSecrets(configuration: Configuration, secrets: Secrets): Promise<string[]> {
  const read = createSecrets(
    configuration.secrets,
    (from) => ("binding" in from ? secrets[from.binding] : undefined),
    encryptedKeys,
  );
  const kit = { runtime: { now: Date.now }, secrets: read, mechanisms: { keyCertificates } };
  return secretFaults(configuration, kit);
}
