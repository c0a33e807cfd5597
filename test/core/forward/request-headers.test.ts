import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ForwardTo } from "../../../src/configuration.ts";
import { upstreamHeaders } from "../../../src/forward/request-headers.ts";
import type { EdgeRequest, RequestUrl } from "../../../src/runtime.ts";

const url: RequestUrl = {
  public: new URL("https://api.example.com:8443/a"),
  path: "/a",
  search: "",
};
const forwardTo: ForwardTo = {
  scheme: "https",
  host: "upstream.example",
  forwardHostHeader: true,
  stripQueryParameters: [],
};
const ours = [["X-Internal-Token", "ours"]] as const;
const clientAddress = "192.0.2.7";
const send = (
  headers: Iterable<readonly [string, string]>,
  options: Partial<Parameters<typeof upstreamHeaders>[1]> = {},
  request: Partial<EdgeRequest> = {},
) =>
  upstreamHeaders(
    {
      method: "GET",
      url: url.public.href,
      headers: new Headers([...headers].map(([name, value]): [string, string] => [name, value])),
      clientAddress,
      ...request,
    },
    { url, forwardTo, ours, ...options },
  );
const set = {
  "x-forwarded-for": clientAddress,
  "x-forwarded-host": "api.example.com:8443",
  "x-forwarded-proto": "https",
  "x-internal-token": "ours",
};

describe("what the upstream sees of a request", () => {
  it("the client's own headers, and what we set", () => {
    const headers = send([
      ["Accept", "application/json"],
      ["Cookie", "a=b; c=d"],
      ["Content-Type", "text/plain"],
      ["Content-Length", "3"],
      ["X-Correlation-Id", "7"],
      ["X-Request-Id", "8"],
      ["CDN-Loop", "cloudflare"],
    ]);
    expect(Object.fromEntries(headers)).toEqual({
      accept: "application/json",
      cookie: "a=b; c=d",
      "content-type": "text/plain",
      "content-length": "3",
      "x-correlation-id": "7",
      "cdn-loop": "cloudflare",
      ...set,
    });
  });

  it.each([
    "Authorization",
    "DPoP",
    "Host",
    "Connection",
    "Keep-Alive",
    "Proxy",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "HTTP2-Settings",
    "Expect",
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-Uri",
    "X-Forwarded-Anything",
    "X-Real-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "Cf-Access-Authenticated-User-Email",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-HTTP-Method-Override",
    "X-Internal-Token",
    "X_Internal_Token",
    "x_forwarded_for",
    "Transfer_Encoding",
    "Proxy_Authorization",
    "X.Real.IP",
  ])("never the client's %s", (name) => {
    expect(
      Object.fromEntries(
        send([
          ["Accept", "x"],
          [name, "theirs"],
        ]),
      ),
    ).toEqual({ accept: "x", ...set });
  });

  it("what a rule lets through, in the one spelling that it names", () => {
    const forwardHeaders = [
      "x-remote-user",
      "authorization",
      "x-forwarded-proto",
      "x-internal-token",
    ];
    const headers = send(
      [
        ["X-Remote-User", "theirs"],
        ["X_Remote_User", "theirs"],
        ["X-Host", "theirs"],
        ["Authorization", "theirs"],
        ["X-Forwarded-Proto", "theirs"],
        ["X-Internal-Token", "theirs"],
      ],
      { forwardTo: { ...forwardTo, forwardHeaders } },
    );
    expect(Object.fromEntries(headers)).toEqual({ "x-remote-user": "theirs", ...set });
  });

  it("nothing that Connection names, and still everything that we set", () => {
    const headers = send([
      ["Connection", "close, X-Hop, X-Internal-Token,x-forwarded-for"],
      ["X-Hop", "1"],
      ["Accept", "x"],
    ]);
    expect(Object.fromEntries(headers)).toEqual({ accept: "x", ...set });
  });

  it("no second spelling of a header that is there: a rule has judged the first", () => {
    const theirs = { "X-Tenant": "one", X_Tenant: "two", "X.Tenant": "three", X_Other: "four" };
    const headers = send(Object.entries(theirs));
    expect(Object.fromEntries(headers)).toEqual({ "x-tenant": "one", x_other: "four", ...set });
  });

  it("what the body is, whatever Connection names: a rule may have read it by that", () => {
    const headers = send([
      ["Connection", "content-type, Content-Language, x-hop"],
      ["Content-Type", "application/json"],
      ["X-Hop", "1"],
    ]);
    expect(Object.fromEntries(headers)).toEqual({ "content-type": "application/json", ...set });
  });

  it.each([
    ["GET", "WebSocket", "websocket"],
    ["GET", "h2c", null],
    ["GET", "h2c, websocket", null],
    ["POST", "websocket", null],
  ])("%s with Upgrade: %s", (method, upgrade, expected) => {
    const headers = send(
      [
        ["Connection", "Upgrade"],
        ["Upgrade", upgrade],
        ["Sec-WebSocket-Key", "key"],
      ],
      {},
      { method },
    );
    expect(headers.get("Upgrade")).toBe(expected);
    expect(headers.get("Sec-WebSocket-Key")).toBe("key");
    expect(headers.get("Connection")).toBeNull();
  });

  it("our Authorization in place of the client's, each of ours once", () => {
    const headers = send([["Authorization", "DPoP token"]], {
      ours: [
        ["authorization", "Bearer internal"],
        ["X-Forwarded-Proto", "ours"],
        ["X-Two", "1"],
        ["x-two", "2"],
      ],
    });
    expect(headers.get("Authorization")).toBe("Bearer internal");
    expect(headers.get("X-Forwarded-Proto")).toBe("ours");
    expect(headers.get("X-Two")).toBe("1, 2");
  });

  it("not the client's host where the rule keeps it", () => {
    const kept = send([], { forwardTo: { ...forwardTo, forwardHostHeader: false } });
    expect(kept.has("X-Forwarded-Host")).toBe(false);
  });

  it("no X-Forwarded-For when the platform knows no address", () => {
    const request: EdgeRequest = {
      method: "GET",
      url: url.public.href,
      headers: new Headers({ "X-Forwarded-For": "203.0.113.1" }),
    };
    expect(upstreamHeaders(request, { url, ours }).has("X-Forwarded-For")).toBe(false);
  });

  const spelled = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "-");
  const guarded = [
    "Authorization",
    "DPoP",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Internal-Token",
    "X-Real-IP",
    "Forwarded",
  ];
  const respelled = fc
    .tuple(
      fc.constantFrom(...guarded),
      fc.infiniteStream(fc.constantFrom("-", "_", ".", "~", "!")),
      fc.infiniteStream(fc.boolean()),
    )
    .map(([name, separators, upper]) =>
      name
        .replace(/-/g, () => separators.next().value ?? "-")
        .replace(/[a-z]/gi, (letter) =>
          upper.next().value ? letter.toUpperCase() : letter.toLowerCase(),
        ),
    );
  const token = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}$/);
  const name = fc.oneof(
    respelled,
    respelled,
    token,
    fc.constantFrom("Connection", "Accept", "Upgrade"),
  );
  const value = fc.oneof(fc.constant("theirs"), name);

  it("no client header survives into one that we set", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (sent) => {
        const seen = [...send(sent)];
        for (const [header, expected] of Object.entries(set)) {
          expect(seen.filter(([other]) => spelled(other) === header)).toEqual([[header, expected]]);
        }
        const gone = ["authorization", "dpop", "forwarded", "x-real-ip", "connection"];
        expect(seen.filter(([other]) => gone.includes(spelled(other)))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
