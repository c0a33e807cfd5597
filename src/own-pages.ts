import type { Configuration } from "./configuration.ts";
import type { Answer } from "./decision.ts";
import { keysPath, keysReply } from "./forward/keys.ts";
import type { JsonObject } from "./jws/json.ts";
import { given, type Kit, type RevocationCode } from "./mechanisms.ts";
import { mintsTokens } from "./mint/internal-token.ts";
import { metadataReply } from "./protected-resource.ts";
import type { EdgeRequest, RequestUrl, Runtime } from "./runtime.ts";

export const healthPath = "/.well-known/dpop-edge/health";

export const revocationsPath = "/.well-known/dpop-edge/revocations";

/** RFC 8615: where all of them are, so that no other path waits for the answer. */
const wellKnown = "/.well-known/";

export interface Shown {
  readonly publicKeys: () => Promise<{ readonly keys: readonly JsonObject[] }>;
  readonly revocation: RevocationCode | undefined;
}

/** What the edge itself serves, ahead of every rule, and only where the documents have it. */
export function createOwnPages(
  configuration: Configuration,
  runtime: Runtime,
  kit: Kit,
  { publicKeys, revocation }: Shown,
): (request: EdgeRequest, url: RequestUrl) => Promise<Answer | undefined> | undefined {
  const { protectedResources, health } = configuration;
  const mints = mintsTokens(configuration);
  const ofHealth =
    health && given(kit.mechanisms.health, "health")(kit, { configuration, runtime, revocation });
  async function pageAt(url: RequestUrl, request: EdgeRequest): Promise<Answer | undefined> {
    if (url.path === keysPath && mints) {
      return { kind: "keys", ...(await keysReply(request.method, publicKeys)) };
    }
    if (url.path === healthPath && ofHealth) {
      return { kind: "health", ...(await ofHealth(request)) };
    }
    if (url.path === revocationsPath && revocation?.page) {
      return { kind: "revocations", ...(await revocation.page(request)) };
    }
    const metadata = metadataReply(protectedResources, request, url);
    return metadata && { kind: "metadata", ...metadata };
  }
  return (request, url) => (url.path.startsWith(wellKnown) ? pageAt(url, request) : undefined);
}
