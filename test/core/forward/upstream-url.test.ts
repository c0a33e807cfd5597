import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncodedSlashes, ForwardTo } from "../../../src/configuration.ts";
import { Refused } from "../../../src/decision.ts";
import { upstreamUrl } from "../../../src/forward/upstream-url.ts";
import { requestUrl } from "../../../src/route/request-url.ts";
import { checkPath } from "../../../src/route/safe-path.ts";

const publicOrigin = "https://api.example.com:8443";
const to = (
  target: string,
  rewrite: Partial<ForwardTo> = {},
  encodedSlashes: EncodedSlashes = "off",
) => {
  const request = { method: "GET", url: `${publicOrigin}${target}`, headers: new Headers() };
  const url = requestUrl(request, { publicOrigins: [publicOrigin], basePath: "" });
  const forwardTo: ForwardTo = {
    scheme: "https",
    host: "upstream.example",
    forwardHostHeader: true,
    stripQueryParameters: [],
    ...rewrite,
  };
  return upstreamUrl(forwardTo, url, encodedSlashes);
};

describe("where a request goes", () => {
  it.each<[string, Partial<ForwardTo>, string]>([
    ["/", {}, "https://upstream.example/"],
    ["/a/b?c=d&e", {}, "https://upstream.example/a/b?c=d&e"],
    ["/a", { host: "127.0.0.1:8081", scheme: "http" }, "http://127.0.0.1:8081/a"],
    ["/%5Bid%5D/bar", {}, "https://upstream.example/%5Bid%5D/bar"],
    ["/%61;v=1/", {}, "https://upstream.example/%61;v=1/"],
    ["//evil.example/x", {}, "https://upstream.example//evil.example/x"],
    ["/@evil.example", {}, "https://upstream.example/@evil.example"],
    ["\\\\evil.example/x", {}, "https://upstream.example//evil.example/x"],
    ["/foo/bar", { stripPathPrefix: "/foo" }, "https://upstream.example/bar"],
    ["/foo", { stripPathPrefix: "/foo" }, "https://upstream.example/"],
    ["/foo/", { stripPathPrefix: "/foo/" }, "https://upstream.example/"],
    ["/food", { stripPathPrefix: "/foo" }, "https://upstream.example/food"],
    ["/bar/foo", { stripPathPrefix: "/foo" }, "https://upstream.example/bar/foo"],
    ["/%66oo/bar", { stripPathPrefix: "/foo" }, "https://upstream.example/bar"],
    ["/%5Bid%5D/bar", { stripPathPrefix: "/%5Bid%5D" }, "https://upstream.example/bar"],
    ["/a", { addPathPrefix: "/baz" }, "https://upstream.example/baz/a"],
    ["/", { addPathPrefix: "/baz/" }, "https://upstream.example/baz/"],
    [
      "/foo/a",
      { stripPathPrefix: "/foo", addPathPrefix: "/baz" },
      "https://upstream.example/baz/a",
    ],
    ["/a", { addPathPrefix: "/foo%2Ftest" }, "https://upstream.example/foo%2Ftest/a"],
    [
      "/a?baz=bar&bar=foo&foo=b%20z",
      { stripQueryParameters: ["baz", "bar"] },
      "https://upstream.example/a?foo=b%20z",
    ],
    ["/a?b=1", { stripQueryParameters: ["b"] }, "https://upstream.example/a"],
    ["/a?%62=1&b&c=2", { stripQueryParameters: ["b"] }, "https://upstream.example/a?c=2"],
    ["/a?c=2;b=1&d=3", { stripQueryParameters: ["b"] }, "https://upstream.example/a?c=2&d=3"],
    // The query is the one that arrived.
    ["/a?sig='a'", {}, "https://upstream.example/a?sig='a'"],
    ["/a?", {}, "https://upstream.example/a?"],
    [
      '/a?&&b=%7e~+%20;c="<>`{}|^[]\\',
      {},
      'https://upstream.example/a?&&b=%7e~+%20;c="<>`{}|^[]\\',
    ],
    [
      "/a?&&x='1'&&b=2;&y=%27&",
      { stripQueryParameters: ["b"] },
      "https://upstream.example/a?&&x='1'&;&y=%27&",
    ],
    [
      "/a?B=1&b[]=2&b[x]=3&%20b=4&c=5",
      { stripQueryParameters: ["b"] },
      "https://upstream.example/a?c=5",
    ],
    [
      "/a?is.admin=1&is_adminx=2",
      { stripQueryParameters: ["is_admin"] },
      "https://upstream.example/a?is_adminx=2",
    ],
    [
      "/a?b[x]=1&b[y]=2&b=3",
      { stripQueryParameters: ["b[x]"] },
      "https://upstream.example/a?b[y]=2&b=3",
    ],
    ["/a??b=1", { stripQueryParameters: ["b"] }, "https://upstream.example/a??b=1"],
    ["/a?b=1&", { stripQueryParameters: ["b"] }, "https://upstream.example/a?"],
    ["/a?\u00e4", {}, "https://upstream.example/a?%C3%A4"],
    // A token in the query goes nowhere.
    ["/a?access_token=x", {}, "https://upstream.example/a"],
    ["/a?x='1'&%61ccess%5ftoken=x;access_token=y&z", {}, "https://upstream.example/a?x='1'&z"],
    ["/a?Access_Token[]=x&b", { stripQueryParameters: ["c"] }, "https://upstream.example/a?b"],
  ])("%s %j", (target, rewrite, expected) => {
    expect(to(target, rewrite)).toBe(expected);
  });

  it.each<[EncodedSlashes, string, string]>([
    ["on", "/a%2fb%2Fc%20", "https://upstream.example/a/b/c%20"],
    ["on", "/a%252fb", "https://upstream.example/a%252fb"],
    ["no_decode", "/a%2fb%2Fc", "https://upstream.example/a%2fb%2Fc"],
  ])("encoded slashes %s: %s", (encodedSlashes, target, expected) => {
    expect(to(target, {}, encodedSlashes)).toBe(expected);
  });

  it("strips a prefix with an encoded slash", () => {
    expect(to("/foo%2Ftest/bar", { stripPathPrefix: "/foo%2Ftest" }, "no_decode")).toBe(
      "https://upstream.example/bar",
    );
  });

  const piece = fc.constantFrom(
    "/",
    "//",
    "\\",
    "@",
    ":",
    "evil.example",
    "%2f",
    "%2F%2f",
    ";",
    "?",
    "#",
    "..",
    "foo",
    "%00",
    "http:",
  );
  const target = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`);
  const prefix = fc.constantFrom("", "/foo", "/evil.example", "/");

  it("whatever is not stripped stays as it is", () => {
    const part = fc.constantFrom("a", "b", "'", "=", "&", ";", "%62", "%27", "?", "/", "+", "%zz");
    const query = fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));
    const property = fc.property(query, (text) => {
      expect(to(`/x?${text}`)).toBe(`https://upstream.example/x?${text}`);
      const kept = to(`/x?${text}`, { stripQueryParameters: ["b"] })
        .split("?")
        .slice(1)
        .join("?");
      const named = (part: string) => /^\+*(?:b|%62)(?:=|$)/.test(part);
      const left = text.split(/[&;]/).filter((part) => !named(part));
      expect(kept.split(/[&;]/)).toEqual(left.length === 0 ? [""] : left);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("no path reaches another host, nor leaves the added prefix", () => {
    let sent = 0;
    const property = fc.property(
      fc.oneof(
        target,
        fc.string().map((text) => `/${text}`),
      ),
      prefix,
      fc.constantFrom<EncodedSlashes>("on", "no_decode"),
      (text, stripPathPrefix, encodedSlashes) => {
        expect(new URL(to(text, { stripPathPrefix }, encodedSlashes)).origin).toBe(
          "https://upstream.example",
        );
        try {
          checkPath(text.replace(/[?#].*$/s, ""));
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
          return;
        }
        sent++;
        const url = new URL(
          to(text, { stripPathPrefix, addPathPrefix: "/tenant" }, encodedSlashes),
        );
        expect(url.origin + url.username).toBe("https://upstream.example");
        expect(url.pathname.startsWith("/tenant/")).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 1000 });
    expect(sent).toBeGreaterThan(50);
  });
});
