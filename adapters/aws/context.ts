import type { Configuration } from "../../src/configuration.ts";
import { type Allow, type Answer, type Refusal, refusals } from "../../src/decision.ts";

/** API Gateway hands strings, numbers and booleans on; ours are all strings. */
export type Context = Readonly<Record<string, string>>;

/** For the integration: who is calling, the internal token, and the nonce for its response. */
export function allowContext(allow: Allow, configuration: Configuration): Context {
  const { id, clientId, jkt, scopes } = allow.principal;
  return present({
    internalToken: internalToken(allow, configuration),
    sub: id,
    clientId,
    jkt,
    scope: scopes.join(" "),
    dpopNonce: allow.responseHeaders(new Headers(), 200).get("DPoP-Nonce"),
  });
}

/** For the ACCESS_DENIED gateway response and for access logs: the refusal, to be put together there. */
export function refusalContext({ code = "internal", headers }: Answer): Context {
  const refusal: Refusal = refusals[code];
  return present({
    // RFC 9110 section 15.5.2: whatever the refusal, what leaves as a 401 has a challenge.
    wwwAuthenticate: headers.get("WWW-Authenticate") ?? "DPoP",
    dpopNonce: headers.get("DPoP-Nonce"),
    // The gateway response names it in its body, where an absent one would leave a hole.
    error: refusal.error ?? "",
    errorDescription: refusal.says,
    code,
  });
}

/** What the rule's first `jwt` finalizer put into its header, less the scheme. */
function internalToken({ rule, headers }: Allow, configuration: Configuration): string | undefined {
  const { rules, defaultRule } = configuration;
  const finalizers = (rules.find(({ id }) => id === rule) ?? defaultRule)?.finalizers ?? [];
  const finalizer = finalizers.find((each) => each.type === "jwt");
  if (finalizer === undefined) return undefined;
  const { name, scheme } = finalizer.header;
  const value = headers.get(name) ?? "";
  return value.startsWith(`${scheme} `) ? value.slice(scheme.length + 1) : value;
}

function present(values: Readonly<Record<string, string | null | undefined>>): Context {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value == null ? [] : [[name, value]])),
  );
}
