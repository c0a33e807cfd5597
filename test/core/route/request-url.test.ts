import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refused } from "../../../src/decision.ts";
import { requestUrl } from "../../../src/route/request-url.ts";
import type { EdgeRequest } from "../../../src/runtime.ts";

const forwardedHeaders = {
  Host: "evil.example",
  Forwarded: "host=evil.example;proto=https",
  "X-Forwarded-Host": "evil.example",
  "X-Forwarded-Proto": "https",
};
const ask = (
  url: string,
  settings: { publicOrigins?: readonly string[]; basePath?: string } = {},
) => {
  const request: EdgeRequest = { method: "GET", url, headers: new Headers(forwardedHeaders) };
  return requestUrl(request, { publicOrigins: [], basePath: "", ...settings });
};
const code = (...parameters: Parameters<typeof ask>) => {
  try {
    ask(...parameters);
    return "served";
  } catch (error) {
    return error instanceof Refused ? error.code : "thrown";
  }
};
const publicOrigins = ["https://api.example.com", "https://Other.Example.com:8443/"];

describe("the request's own URL", () => {
  it.each([
    ["https://api.example.com/a?b=c", "https://api.example.com/a?b=c", "/a", "?b=c"],
    ["https://API.Example.com:443/a", "https://api.example.com/a", "/a", ""],
    ["https://other.example.com:8443/a", "https://other.example.com:8443/a", "/a", ""],
    ["https://api.example.com", "https://api.example.com/", "/", ""],
    ["https://api.example.com?x", "https://api.example.com/?x", "/", "?x"],
    ["https://api.example.com/a?b#c", "https://api.example.com/a?b", "/a", "?b"],
  ])("%s", (url, href, path, search) => {
    const found = ask(url, { publicOrigins });
    expect([found.public.href, found.path, found.search]).toEqual([href, path, search]);
  });

  it.each(["/a/../b", "/%2e%2e/b", "//evil.example/b", "/a\\b", "\\b", "/a/./b", "/a\tb"])(
    "keeps the path %j as it arrived, for the check to see",
    (path) => {
      expect(ask(`https://api.example.com${path}`, { publicOrigins }).path).toBe(path);
      expect(ask(`https://api.example.com${path}`, { publicOrigins }).public.host).toBe(
        "api.example.com",
      );
    },
  );

  it("puts back the base path that the platform removed, for the client's eyes only", () => {
    const found = ask("https://api.example.com/a", { publicOrigins, basePath: "/v1" });
    expect([found.public.pathname, found.path]).toEqual(["/v1/a", "/a"]);
  });

  it("puts back what the platform says it removed, unless a base path is configured", () => {
    const request = { method: "GET", url: "https://any.example/a", headers: new Headers() };
    const staged = { ...request, basePath: "/dev" };
    const open = { publicOrigins: [], basePath: "" };
    expect(requestUrl(staged, open).public.pathname).toBe("/dev/a");
    expect(requestUrl(staged, open).path).toBe("/a");
    expect(requestUrl(staged, { ...open, basePath: "/v1" }).public.pathname).toBe("/v1/a");
  });

  it("without a configured origin takes what the platform routed by", () => {
    expect(ask("https://any.example/a").public.origin).toBe("https://any.example");
  });

  it.each([
    ["https://evil.example/a", "route.misdirected"],
    ["https://api.example.com.evil.example/a", "route.misdirected"],
    ["https://evil.example.com/a", "route.misdirected"],
    ["https://api.example.com./a", "route.misdirected"],
    ["https://api.example.com:8443/a", "route.misdirected"],
    ["https://other.example.com/a", "route.misdirected"],
    ["http://api.example.com/a", "route.insecure"],
    ["http://localhost/a", "route.misdirected"],
    ["https://user@api.example.com/a", "route.unsafe"],
    ["https://user:password@api.example.com/a", "route.unsafe"],
    ["https://api.example.com\\@evil.example/a", "served"],
    ["https:/api.example.com/a", "route.unsafe"],
    ["https:///api.example.com/a", "route.unsafe"],
    ["https://api.example\t.com/a", "route.unsafe"],
    ["ftp://api.example.com/a", "route.unsafe"],
    ["https://api.example.com:x/a", "route.unsafe"],
    ["/a", "route.unsafe"],
    ["", "route.unsafe"],
  ])("%s: %s", (url, expected) => {
    expect(code("https://api.example.com/a", { publicOrigins })).toBe("served");
    expect(code(url, { publicOrigins })).toBe(expected);
  });

  it("refuses a trailing dot without a configured origin too", () => {
    expect(code("https://api.example.com./a")).toBe("route.misdirected");
  });

  it.each([
    [[], "a host without a trailing dot"],
    [["https://a.example", "https://b.example"], "https://a.example, https://b.example"],
  ])("with the origins %j expects %s", (publicOrigins, expected) => {
    const found = "https://api.example.com.";
    expect(() => ask(`${found}/a`, { publicOrigins })).toThrow(
      expect.objectContaining({ detail: { expected, found } }),
    );
  });

  it.each([
    ["http://localhost:8787/", "served"],
    ["http://api.localhost/", "served"],
    ["http://127.0.0.1:8787/", "served"],
    ["http://127.255.1.2/", "served"],
    ["http://127.1/", "served"],
    ["http://[::1]:8787/", "served"],
    ["https://10.0.0.1/", "served"],
    ["http://10.0.0.1/", "route.insecure"],
    ["http://128.0.0.1/", "route.insecure"],
    ["http://127.0.0.1.evil.example/", "route.insecure"],
    ["http://localhost.evil.example/", "route.insecure"],
    ["http://evillocalhost/", "route.insecure"],
    ["http://[::2]/", "route.insecure"],
    ["http://0.0.0.0/", "route.insecure"],
  ])("plain http on loopback only: %s %s", (url, expected) => {
    expect(code(url)).toBe(expected);
  });

  it("no URL makes it throw anything else, or leave the configured origins", () => {
    const url = fc.oneof(
      fc.string(),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string().map((rest) => `https://api.example.com${rest}`),
    );
    fc.assert(
      fc.property(url, (text) => {
        try {
          const found = ask(text, { publicOrigins });
          expect(["https://api.example.com", "https://other.example.com:8443"]).toContain(
            found.public.origin,
          );
          expect(found.public.username + found.public.password).toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
        }
      }),
      { numRuns: 500 },
    );
  });
});
