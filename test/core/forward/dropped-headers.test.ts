import { describe, expect, it } from "vitest";
import { upstreamHeaders } from "../../../src/forward/request-headers.ts";

const url = { public: new URL("https://api.example.com/a"), path: "/a", search: "" };

/** What an upstream sees of one header of a client's. */
function sent(name: string): string | null {
  const headers = new Headers([[name, "theirs"]]);
  const request = { method: "GET", url: url.public.href, headers };
  return upstreamHeaders(request, { url, ours: [] }).get(name);
}

describe("what tells an upstream who, where from or for what", () => {
  it.each([
    "X-Forwarded-User",
    "X-Middleware-Subrequest",
    "X-Envoy-Original-Path",
    "X-Host",
    "X-Accel-Redirect",
    "X-Remote-User",
    "Remote-User",
    "X-Amzn-Oidc-Identity",
    "X-Amzn-Request-Context",
    "X-Ms-Client-Principal",
    "X-MS-CLIENT-PRINCIPAL-NAME",
    "X-Goog-Authenticated-User-Email",
    "X-Auth-Request-Email",
    "X-WEBAUTH-USER",
    "OIDC_CLAIM_sub",
    "Client-Cert",
    "X-Client-Cert",
    "X-SSL-Client-S-DN",
    "Impersonate-User",
    "X-Request-Id",
    "X-Dpop-Edge-Would",
    "x_amzn_oidc_data",
  ])("is never the client's to say: %s", (name) => {
    expect(sent(name)).toBeNull();
  });
});

describe("what is between a client and its API", () => {
  it.each([
    "X-Requested-With",
    "X-Api-Key",
    "X-Ms-Client-Request-Id",
    "X-Client-Version",
    "X-User-Agent",
    "X-Amz-Date",
    "X-Correlation-Id",
    "Traceparent",
    "X-Csrf-Token",
    "Origin",
    "Referer",
    "User-Agent",
    "Range",
    "If-None-Match",
    "CDN-Loop",
    "Via",
  ])("%s is the client's to send", (name) => {
    expect(sent(name)).toBe("theirs");
  });
});
