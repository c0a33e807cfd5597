import type { Authenticators } from "./authenticators.ts";
import type { Configuration } from "./configuration.ts";
import { Fault } from "./decision.ts";
import type { Authorizer } from "./embedding.ts";
import type { Kit } from "./mechanisms.ts";
import { secretFaults } from "./secrets/usable.ts";

/**
 * What can be done ahead of the first request.
 * @param mintNonce for an origin, as the first challenge would: the keys that it derives are kept
 */
export function createReadiness(
  configuration: Configuration,
  kit: Kit,
  authenticators: Authenticators,
  mintNonce: (origin: string) => Promise<unknown>,
): Pick<Authorizer, "ready" | "warmUp"> {
  const { rules, defaultRule, publicOrigins } = configuration;
  const all = defaultRule ? [...rules, defaultRule] : rules;
  return {
    async ready() {
      const faults = await secretFaults(configuration, kit);
      if (faults.length > 0) throw new Fault(faults.join("\n"));
    },
    async warmUp() {
      const keys = authenticators.fetchKeys(all.flatMap((rule) => rule.authenticators));
      const nonces = publicOrigins.map(mintNonce);
      await Promise.allSettled([secretFaults(configuration, kit), keys, ...nonces]);
    },
  };
}
