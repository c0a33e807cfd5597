import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Configuration, SecretSource } from "../src/configuration.ts";

/** A new secret for every binding that the documents name, by binding. Throws for a kind it cannot make. */
export function freshSecrets({
  secrets,
  masterKey,
}: Pick<Configuration, "secrets" | "masterKey">): Record<string, string> {
  const fresh: Record<string, string> = {};
  for (const [name, source] of Object.entries(secrets)) {
    if (!("binding" in source.from)) continue;
    fresh[source.from.binding] =
      masterKey?.source === name ? masterKeySet(masterKey.selector) : signingKey(name, source);
  }
  return fresh;
}

function masterKeySet(kid = "master-key-1"): string {
  const k = randomBytes(32).toString("base64url");
  return JSON.stringify({ keys: [{ kty: "oct", kid, k }] });
}

function signingKey(name: string, { kind }: SecretSource): string {
  if (kind !== "pem") throw new Error(`${name}: the demo makes secrets of type pem, not ${kind}.`);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
