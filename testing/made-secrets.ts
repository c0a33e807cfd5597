import { masterKeyText, signingKeyText, signingSetText } from "../cli/secret/texts.ts";
import type { Configuration } from "../src/configuration.ts";

/**
 * A secret for each that the configuration names: a master key, signing keys, and for whatever else
 * (a password of an endpoint) a text of no meaning.
 */
export async function madeSecrets(
  configuration: Configuration,
): Promise<Readonly<Record<string, string>>> {
  const made: Record<string, string> = {};
  for (const [source, { kind, from }] of Object.entries(configuration.secrets)) {
    if (!("binding" in from)) continue;
    made[from.binding] = await textOf(configuration, source, kind);
  }
  return made;
}

async function textOf(
  configuration: Configuration,
  source: string,
  kind: Configuration["secrets"][string]["kind"],
): Promise<string> {
  const { masterKey } = configuration;
  if (masterKey?.source === source) return masterKeyText(masterKey.selector);
  if (kind === "pem") return signingKeyText(selectorOf(configuration, source));
  if (kind === "jwks") return signingSetText(selectorOf(configuration, source));
  return "made-up-by-the-test-and-of-no-meaning";
}

/** The key that a signer names: the one that must be there. */
function selectorOf({ rules, defaultRule }: Configuration, source: string): string | undefined {
  const finalizers = [...rules, ...(defaultRule ? [defaultRule] : [])].flatMap(
    (rule) => rule.finalizers,
  );
  return finalizers
    .flatMap((each) => (each.type === "jwt" && each.signer.source === source ? [each.signer] : []))
    .find(({ selector }) => selector !== undefined)?.selector;
}
