import { describe, expect, it } from "vitest";
import type { Cors } from "../../../src/configuration.ts";
import { responseHeaders } from "../../../src/forward/response-headers.ts";

type Options = Partial<Parameters<typeof responseHeaders>[1]>;
const answer = (headers: Iterable<readonly [string, string]>, options: Options = {}) =>
  responseHeaders(
    new Headers([...headers].map(([name, value]): [string, string] => [name, value])),
    { origin: null, ...options },
  );
const cors: Cors = {
  allowedOrigins: ["https://app.example"],
  allowedMethods: ["GET"],
  allowedHeaders: [],
  exposedHeaders: ["X-Total"],
  allowCredentials: true,
};

describe("what the client sees of a response", () => {
  it("the upstream's own headers, length and encoding as they are", () => {
    const headers = [
      ["content-encoding", "gzip"],
      ["content-length", "42"],
      ["content-type", "application/json"],
      ["etag", '"x"'],
      ["vary", "Accept"],
    ] as const;
    expect([...answer(headers)]).toEqual(headers);
  });

  it.each([
    "Connection",
    "Keep-Alive",
    "Proxy-Authenticate",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "DPoP-Nonce",
    "Alt-Svc",
    "WWW-Authenticate",
  ])("never the upstream's %s", (name) => {
    expect([
      ...answer([
        ["X-A", "1"],
        [name, "theirs"],
      ]),
    ]).toEqual([["x-a", "1"]]);
  });

  it("nothing that Connection names", () => {
    expect([
      ...answer([
        ["Connection", "x-hop"],
        ["X-Hop", "1"],
        ["X-A", "1"],
      ]),
    ]).toEqual([["x-a", "1"]]);
  });

  it("each cookie in a field of its own", () => {
    const cookies = ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"];
    const headers = answer(cookies.map((cookie) => ["Set-Cookie", cookie] as const));
    expect(headers.getSetCookie()).toEqual(cookies);
  });

  it("a redirect untouched", () => {
    const location = "https://elsewhere.example/x?y#z";
    expect(answer([["Location", location]], { status: 302 }).get("Location")).toBe(location);
  });

  it("the upgrade of a 101 only", () => {
    expect(answer([["Upgrade", "websocket"]], { status: 101 }).get("Upgrade")).toBe("websocket");
  });

  it.each([
    [200, null],
    [204, null],
    [299, null],
    [401, "Basic"],
    [302, "Basic"],
    [undefined, null],
  ])("WWW-Authenticate on a %s", (status, expected) => {
    const options = status === undefined ? {} : { status };
    expect(answer([["WWW-Authenticate", "Basic"]], options).get("WWW-Authenticate")).toBe(expected);
  });

  it("a fresh nonce makes it no-store, for shared caches too", () => {
    const theirs = [
      ["DPoP-Nonce", "theirs"],
      ["Cache-Control", "public, max-age=60"],
      ["CDN-Cache-Control", "max-age=60"],
      ["Cloudflare-CDN-Cache-Control", "max-age=60"],
      ["Surrogate-Control", "max-age=60"],
    ] as const;
    expect([...answer(theirs, { nonce: "ours" })]).toEqual([
      ["cache-control", "no-store"],
      ["dpop-nonce", "ours"],
    ]);
    expect(answer(theirs).get("Cache-Control")).toBe("public, max-age=60");
    expect(answer(theirs).has("DPoP-Nonce")).toBe(false);
  });
});

describe("CORS headers", () => {
  const theirs = [
    ["Access-Control-Allow-Origin", "*"],
    ["Access-Control-Allow-Credentials", "true"],
    ["Access-Control-Expose-Headers", "X-Theirs"],
    ["Access-Control-Max-Age", "1"],
    ["Vary", "Accept"],
  ] as const;

  it("are the upstream's where none are configured", () => {
    expect(
      answer(theirs, { origin: "https://app.example" }).get("Access-Control-Allow-Origin"),
    ).toBe("*");
  });

  it("are the edge's where they are", () => {
    expect(Object.fromEntries(answer(theirs, { cors, origin: "https://app.example" }))).toEqual({
      "access-control-allow-origin": "https://app.example",
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "DPoP-Nonce, WWW-Authenticate, X-Request-Id, X-Total",
      vary: "Accept, Origin",
    });
  });

  it.each([null, "https://evil.example"])("are gone for the origin %s", (origin) => {
    expect([...answer(theirs, { cors, origin })]).toEqual([["vary", "Accept, Origin"]]);
  });

  it.each(["Accept, origin", "*"])("Vary: %s says Origin already", (vary) => {
    expect(answer([["Vary", vary]], { cors, origin: null }).get("Vary")).toBe(vary);
  });
});
