import { type Equipped, equip, type Kit } from "../mechanisms.ts";
import type { Runtime } from "../runtime.ts";
import { createSecrets } from "../secrets.ts";

/**
 * What mechanisms are made with: secrets that give tokens of the edge's own too, where documents
 * use them. Throws a Fault where the configuration needs code that was not handed in.
 */
export function createKit(configuration: Equipped, runtime: Runtime): Kit {
  const mechanisms = equip(configuration);
  const secrets = createSecrets(
    configuration.secrets,
    runtime.secret,
    mechanisms.encryptedKeys,
    mechanisms.secretMapping,
  );
  const sign = mechanisms.requestSignatures?.({ runtime, secrets });
  const signing = sign ? { ...secrets, sign } : secrets;
  const token = mechanisms.clientTokens?.({ runtime, secrets: signing });
  return { runtime, secrets: token ? { ...signing, token } : signing, mechanisms };
}
