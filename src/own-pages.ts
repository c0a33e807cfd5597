import type { Configuration } from "./configuration.ts";
import type { Answer } from "./decision.ts";
import { keysPath, keysReply } from "./forward/keys.ts";
import type { JsonObject } from "./jws/json.ts";
import { given, type Kit } from "./mechanisms.ts";
import { mintsTokens } from "./mint/internal-token.ts";
import { metadataReply } from "./protected-resource.ts";
import type { EdgeRequest, RequestUrl, Runtime } from "./runtime.ts";

export const healthPath = "/.well-known/dpop-edge/health";

/** What the edge itself serves, ahead of every rule, and only where the documents have it. */
export function createOwnPages(
  configuration: Configuration,
  runtime: Runtime,
  kit: Kit,
  publicKeys: () => Promise<{ readonly keys: readonly JsonObject[] }>,
): (request: EdgeRequest, url: RequestUrl) => Promise<Answer | undefined> {
  const { protectedResources, health } = configuration;
  const mints = mintsTokens(configuration);
  const ofHealth =
    health && given(kit.mechanisms.health, "health")(kit, { configuration, runtime });
  return async (request, url) => {
    if (url.path === keysPath && mints) {
      return { kind: "keys", ...(await keysReply(request.method, publicKeys)) };
    }
    if (url.path === healthPath && ofHealth) {
      return { kind: "health", ...(await ofHealth(request)) };
    }
    const metadata = metadataReply(protectedResources, request, url);
    return metadata && { kind: "metadata", ...metadata };
  };
}
