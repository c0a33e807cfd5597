/** Request headers that never go on from a client, and why. */
export interface DroppedHeaders {
  readonly reason: string;
  readonly names: readonly string[];
  /** Beginnings of names, up to and with a hyphen. */
  readonly families: readonly string[];
  /** Not even where a rule asks for it. */
  readonly always?: true;
}

/**
 * Everything by which servers, gateways and frameworks let whoever is in front of them say who
 * asks, from where, or for what. Lower case; any other character stands for its hyphen.
 */
export const droppedHeaders: readonly DroppedHeaders[] = [
  {
    reason: "The client's proof of who it is ends here.",
    names: ["authorization", "dpop"],
    families: [],
    always: true,
  },
  {
    reason: "It concerns the connection, or is set anew for the upstream.",
    names: [
      "host",
      "expect",
      "http2-settings",
      "forwarded",
      "x-forwarded-for",
      "x-forwarded-host",
      "x-forwarded-proto",
    ],
    families: [],
    always: true,
  },
  {
    reason: "It is this edge's to say: what its log calls the request, and what it thinks of it.",
    names: ["x-request-id"],
    families: ["x-dpop-edge-"],
    always: true,
  },
  {
    reason: "Where the request came from, as proxies tell it.",
    names: [
      "client-ip",
      "cluster-client-ip",
      "source-ip",
      "x-client-ip",
      "x-custom-ip-authorization",
      "x-from-ip",
      "x-ip",
      "x-originating-ip",
      "x-scheme",
      "x-source-ip",
      "x-url-scheme",
    ],
    families: [
      "forwarded-",
      "http-forwarded-",
      "http-x-forwarded-",
      "x-forwarded-",
      "x-forward-",
      "x-forwarder-",
      "x-real-",
      "x-true-",
      "x-trusted-",
      "x-cluster-",
      "x-proxyuser-",
      "x-proxy-",
      "wl-proxy-",
      "true-client-",
      "front-end-",
    ],
  },
  {
    reason: "What a platform in front of the upstream says, who was let in by it included.",
    names: ["do-connecting-ip", "x-endpoint-api-userinfo"],
    families: [
      "cf-",
      "cloudfront-",
      "fastly-",
      "fly-",
      "akamai-",
      "x-akamai-",
      "x-appengine-",
      "x-amzn-oidc-",
      "x-amzn-mtls-",
      "x-amzn-tls-",
      "x-amzn-request-context-",
      "x-amzn-lambda-context-",
      "x-apigateway-",
      "lambda-runtime-",
      "x-amz-cf-",
      "x-azure-",
      "x-arr-",
      "x-ms-client-principal-",
      "x-ms-token-",
      "x-goog-authenticated-user-",
      "x-goog-iap-",
      "x-envoy-",
      "x-istio-",
      "x-traefik-",
      "x-vercel-",
      "x-nf-",
      "tailscale-",
      "x-tailscale-",
    ],
  },
  {
    reason: "Who is asking, as an authenticating proxy tells it.",
    names: [
      "x-user",
      "x-userid",
      "x-username",
      "x-userinfo",
      "x-user-id",
      "x-user-name",
      "x-user-email",
      "x-user-roles",
      "x-user-role",
      "x-user-groups",
      "x-auth-user",
      "x-auth-username",
      "x-auth-userid",
      "x-auth-email",
      "x-auth-subject",
      "x-auth-roles",
      "x-auth-groups",
      "x-jwt-assertion",
      "x-jwt-payload",
      "x-jwt-claims",
      "x-anonymous-consumer",
      "x-scope-orgid",
      "x-client-dn",
      "x-client-verify",
    ],
    families: [
      "impersonate-",
      "remote-",
      "x-remote-",
      "auth-request-",
      "x-auth-request-",
      "x-authenticated-",
      "x-authentik-",
      "x-webauth-",
      "x-vouch-",
      "x-pomerium-",
      "x-consumer-",
      "x-credential-",
      "x-jwt-claim-",
      "x-oidc-",
      "oidc-",
      "shib-",
      "x-shib-",
      "mellon-",
      "x-iap-",
      "client-cert-",
      "x-client-cert-",
      "ssl-client-",
      "x-ssl-",
      "x-mtls-",
    ],
  },
  {
    reason: "Another host, path or method than the rule was found by and the proof was made for.",
    names: [
      "x-host",
      "http-url",
      "url",
      "uri",
      "x-url",
      "x-uri",
      "x-request-uri",
      "request-uri",
      "base-url",
      "x-base-url",
      "x-server-name",
      "x-script-name",
      "script-name",
      "x-path-info",
      "x-http-method",
      "x-method",
      "x-matched-path",
      "x-replaced-path",
      "x-sendfile",
      "x-sendfile-type",
      "x-reproxy-url",
    ],
    families: [
      "x-backend-",
      "x-gateway-",
      "x-original-",
      "x-rewrite-",
      "x-override-",
      "x-method-",
      "x-http-method-",
      "x-http-host-",
      "x-http-path-",
      "x-http-url-",
      "x-http-destinationurl-",
      "x-accel-",
      "x-middleware-",
      "x-invoke-",
    ],
  },
];

const names = new Map<string, DroppedHeaders>();
const families = new Map<string, DroppedHeaders>();
for (const row of droppedHeaders) {
  // "client-cert-" is also "client-cert" itself.
  for (const family of row.families) names.set(family.slice(0, -1), row);
  for (const family of row.families) families.set(family, row);
}
for (const row of droppedHeaders) for (const name of row.names) names.set(name, row);

/** @param spelled in lower case, hyphens for whatever is neither letter nor digit */
export function droppedBy(spelled: string): DroppedHeaders | undefined {
  const whole = names.get(spelled);
  if (whole !== undefined) return whole;
  for (let at = spelled.indexOf("-"); at !== -1; at = spelled.indexOf("-", at + 1)) {
    const row = families.get(spelled.slice(0, at + 1));
    if (row !== undefined) return row;
  }
  return undefined;
}

/** CGI and its heirs read X_Forwarded_For, and some X.Forwarded.For, as X-Forwarded-For. */
export function spelling(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "-");
}
