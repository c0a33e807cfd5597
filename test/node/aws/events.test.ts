import { describe, expect, test } from "vitest";
import { httpRequest } from "../../../adapters/aws/http-event.ts";
import { loadBalancerRequest } from "../../../adapters/aws/load-balancer-event.ts";
import { restRequest } from "../../../adapters/aws/rest-event.ts";
import { requestUrl } from "../../../src/route/request-url.ts";
import type { EdgeRequest } from "../../../src/runtime.ts";
import {
  type HttpOptions,
  httpEvent,
  loadBalancerEvent,
  type RestOptions,
  restEvent,
} from "./events.ts";

const none = { publicOrigins: [], basePath: "" };
const one = { publicOrigins: ["https://api.example.com"], basePath: "" };
const two = { publicOrigins: ["https://api.example.com", "https://two.example"], basePath: "" };
type Settings = typeof none | typeof one;

/** What the client signed, and what rules see. */
function meaning(request: EdgeRequest, settings: Settings): [string, string] {
  const { public: signed, path } = requestUrl(request, settings);
  return [signed.href, path];
}

describe("REST: the URL that the client signed", () => {
  const api = "abcdef1234.execute-api.eu-central-1.amazonaws.com";
  const rows: [string, RestOptions, Settings, string, string][] = [
    [
      "the API's own domain has the stage",
      { domainName: api, asked: "/dev/api/x" },
      none,
      `https://${api}/dev/api/x`,
      "/api/x",
    ],
    ["a custom domain", {}, none, "https://api.example.com/api/x", "/api/x"],
    [
      "a custom domain with a base path",
      { asked: "/v1/api/x" },
      none,
      "https://api.example.com/v1/api/x",
      "/api/x",
    ],
    [
      "a base path of several segments",
      { asked: "/v1/shop/api/x" },
      none,
      "https://api.example.com/v1/shop/api/x",
      "/api/x",
    ],
    [
      "a configured origin wins behind a CDN, where the stage is unseen",
      { domainName: api, asked: "/dev/api/x" },
      one,
      "https://api.example.com/api/x",
      "/api/x",
    ],
    [
      "a configured origin that was asked keeps the platform's base path",
      { asked: "/v1/api/x" },
      one,
      "https://api.example.com/v1/api/x",
      "/api/x",
    ],
    [
      "a configured base path wins",
      { domainName: api, asked: "/dev/api/x" },
      { ...one, basePath: "/shop" },
      "https://api.example.com/shop/api/x",
      "/api/x",
    ],
    [
      "of two origins the one that was asked",
      { domainName: "two.example" },
      two,
      "https://two.example/api/x",
      "/api/x",
    ],
    [
      "an encoded path stays encoded",
      { path: "/api/a%2Fb%20c", asked: "/dev/api/a%2Fb%20c", domainName: api },
      none,
      `https://${api}/dev/api/a%2Fb%20c`,
      "/api/a%2Fb%20c",
    ],
    [
      "a question mark in a path starts no query",
      { path: "/api/a?b", asked: "/api/a?b" },
      none,
      "https://api.example.com/api/a%3Fb",
      "/api/a%3Fb",
    ],
    ["the root", { path: "/", asked: "/dev/", domainName: api }, none, `https://${api}/dev/`, "/"],
    [
      "the root, asked without its slash: rules see the root, not the stage",
      { path: "/", asked: "/dev", domainName: api },
      none,
      `https://${api}/dev/`,
      "/",
    ],
    [
      "the root of a base path, likewise",
      { path: "/", asked: "/v1" },
      none,
      "https://api.example.com/v1/",
      "/",
    ],
    [
      "a path that was decoded to route by is the one that was asked",
      { path: "/api/a b", asked: "/v1/api/a%20b" },
      none,
      "https://api.example.com/v1/api/a%20b",
      "/api/a%20b",
    ],
    [
      "a path like its stage",
      { path: "/dev/dev", asked: "/dev/dev/dev", domainName: api },
      none,
      `https://${api}/dev/dev/dev`,
      "/dev/dev",
    ],
    [
      "parameters are encoded again",
      { query: { q: ["a b", "ä&c"], "x=y": ["?"] } },
      none,
      "https://api.example.com/api/x?q=a%20b&q=%C3%A4%26c&x%3Dy=%3F",
      "/api/x",
    ],
  ];
  test.each(rows)("%s", (_name, options, settings, signed, path) => {
    const request = restRequest(restEvent(options), settings);
    expect(meaning(request, settings)).toEqual([signed, path]);
  });

  test.each([
    ["/v1/admin/", "/admin"],
    ["/v1/other", "/admin"],
    ["/v1/a%2Fb", "/a/b"],
    ["/min", "/admin"],
    ["/", "/admin"],
    ["/v1/admin", "/admin/"],
    ["/100%", "/100"],
  ])("%s, routed by %s: rules would guard another path, the core refuses", (asked, path) => {
    const request = restRequest(restEvent({ path, asked }), one);
    expect(() => requestUrl(request, one)).toThrow("route.unsafe");
  });

  test("of two origins a third one is refused by the core", () => {
    const request = restRequest(restEvent({ domainName: "evil.example" }), two);
    expect(() => requestUrl(request, two)).toThrow("route.misdirected");
  });
});

describe("HTTP API and function URL: the URL that the client signed", () => {
  const api = "abcdef1234.execute-api.eu-central-1.amazonaws.com";
  const functionUrl = "abc123.lambda-url.eu-central-1.on.aws";
  const rows: [string, HttpOptions, Settings, string, string][] = [
    ["the default stage", { domainName: api }, none, `https://${api}/api/x`, "/api/x"],
    [
      "a named stage at the API's own domain",
      { domainName: api, stage: "dev", rawPath: "/dev/api/x" },
      none,
      `https://${api}/dev/api/x`,
      "/api/x",
    ],
    [
      "a named stage that a custom domain hides",
      { stage: "dev", rawPath: "/dev/api/x" },
      none,
      "https://api.example.com/api/x",
      "/api/x",
    ],
    [
      "a mapping's key, which only the documents know",
      { stage: "dev", rawPath: "/dev/api/x" },
      { ...one, basePath: "/v1" },
      "https://api.example.com/v1/api/x",
      "/api/x",
    ],
    [
      "a stage is taken off once and by whole segments",
      { stage: "dev", rawPath: "/dev/develop" },
      none,
      "https://api.example.com/develop",
      "/develop",
    ],
    [
      "a path that was decoded is encoded again",
      { rawPath: "/api/a b/ä/100%/?x#y" },
      none,
      "https://api.example.com/api/a%20b/%C3%A4/100%25/%3Fx%23y",
      "/api/a%20b/%C3%A4/100%25/%3Fx%23y",
    ],
    [
      "what was encoded twice is not decoded twice",
      { rawPath: "/api/%2e%2e" },
      none,
      "https://api.example.com/api/%252e%252e",
      "/api/%252e%252e",
    ],
    [
      "a NUL that was decoded is still one",
      { rawPath: "/api/\0" },
      none,
      "https://api.example.com/api/%00",
      "/api/%00",
    ],
    [
      "a function URL leaves the path encoded",
      { domainName: functionUrl, rawPath: "/api/a%2Fb" },
      none,
      `https://${functionUrl}/api/a%2Fb`,
      "/api/a%2Fb",
    ],
    [
      "the query as it came",
      { rawQueryString: "q=a%20b&q=%C3%A4&e" },
      none,
      "https://api.example.com/api/x?q=a%20b&q=%C3%A4&e",
      "/api/x",
    ],
  ];
  test.each(rows)("%s", (_name, options, settings, signed, path) => {
    const request = httpRequest(httpEvent(options), settings);
    expect(meaning(request, settings)).toEqual([signed, path]);
  });
});

describe("a load balancer", () => {
  test("needs to be told the origin", () => {
    expect(() => loadBalancerRequest(loadBalancerEvent(), none)).toThrow("serve.public_origin");
  });

  test("its Host counts only among the configured origins, no forwarded header ever", () => {
    const headers = { host: ["two.example"], "x-forwarded-proto": ["http"] };
    const request = loadBalancerRequest(loadBalancerEvent(headers), two);
    expect(meaning(request, two)).toEqual(["https://two.example/api/x", "/api/x"]);
    expect(request).not.toHaveProperty("clientAddress");
    const other = loadBalancerRequest(loadBalancerEvent({ host: ["evil.example"] }), two);
    expect(() => requestUrl(other, two)).toThrow("route.misdirected");
  });

  test("parameters stay as they came, repeated ones too", () => {
    const query = { multiValueQueryStringParameters: { q: ["a%20b", "c"], e: [""] } };
    const request = loadBalancerRequest(loadBalancerEvent({}, query), one);
    expect(meaning(request, one)[0]).toBe("https://api.example.com/api/x?q=a%20b&q=c&e=");
  });
});
