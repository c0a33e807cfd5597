import type { IntrospectionAuthenticator } from "../../../src/configuration.ts";
import { createIntrospection } from "../../../src/introspection/introspect.ts";
import { createSecrets } from "../../../src/secrets.ts";
import { type Answer, audience, handClock, json, network, start } from "../token/issuer-double.ts";

export const endpointUrl = "https://idp.example/introspect";

export const introspecting: IntrospectionAuthenticator = {
  type: "oauth2_introspection",
  id: "opaque",
  introspection: {
    kind: "direct",
    endpoint: { url: endpointUrl, headers: {}, timeout: 5 },
    verifyIssuer: true,
    client: {
      type: "client_secret_basic",
      clientId: "edge",
      secret: { source: "idp", selector: "secret" },
    },
  },
  cacheTtl: 60,
  onlyJwt: false,
  issuers: [],
  audience: [audience],
  algorithms: ["ES256"],
  leeway: 10,
  possession: {
    enforcement: "opportunistic",
    maxAge: 60,
    nonceRequired: false,
    replayAllowed: false,
  },
  signaling: { enabled: true, description: true, algorithms: true },
  principal: { id: "sub", attributes: "@this" },
};

/** RFC 7662 section 2.2, as far as `claims` do not spoil it; undefined removes. */
export function active(claims: Record<string, unknown> = {}): Record<string, unknown> {
  const said = {
    active: true,
    sub: "alice",
    client_id: "agent",
    scope: "read",
    aud: audience,
    iat: start,
    exp: start + 300,
    ...claims,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

export const saying =
  (claims?: Record<string, unknown>): Answer =>
  () =>
    json(active(claims));

/** An edge that asks, and an issuer that answers as `answer` says. */
export function asking(answer: Answer = saying(), secrets: Record<string, string> = {}) {
  const clock = handClock();
  const net = network(answer);
  const texts = { IDP: JSON.stringify({ secret: "s3:cr&t" }), ...secrets };
  const sources = createSecrets(
    {
      idp: { kind: "inline", from: { binding: "IDP" } },
      ours: { kind: "jwks", from: { binding: "OURS" } },
    },
    (from) => new Map(Object.entries(texts)).get("binding" in from ? from.binding : ""),
  );
  const runtime = {
    now: clock.now,
    fetch: net.fetch,
    random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)),
  };
  const introspection = createIntrospection({ runtime, secrets: sources });
  const verify = (
    token: string,
    changed: Partial<IntrospectionAuthenticator> = {},
    base = introspecting,
  ) => introspection.verify(token, { ...base, ...changed });
  return { clock, net, verify };
}

/** The form that was posted. */
export function posted(init: RequestInit | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(String(init?.body)));
}
