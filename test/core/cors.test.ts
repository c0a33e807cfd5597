import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cors } from "../../src/configuration.ts";
import { corsHeaders, isPreflight, preflightHeaders, requestedMethod } from "../../src/cors.ts";

const cors: Cors = {
  allowedOrigins: ["https://app.example", "https://*.partner.example:8443"],
  allowedMethods: ["GET", "PUT"],
  allowedHeaders: ["Authorization", "DPoP"],
  exposedHeaders: ["X-Total", "dpop-nonce"],
  allowCredentials: false,
  maxAge: 600.5,
};
const from = (origin: string | null, more: Record<string, string> = {}) =>
  new Headers({ ...(origin === null ? {} : { Origin: origin }), ...more });
const allowed = (origin: string | null, settings: Partial<Cors> = {}) =>
  corsHeaders({ ...cors, ...settings }, from(origin)).get("Access-Control-Allow-Origin");

describe("origins", () => {
  it.each([
    ["https://app.example", true],
    ["https://a.partner.example:8443", true],
    ["https://a.b.partner.example:8443", true],
    ["https://partner.example:8443", false],
    ["https://.partner.example:8443", false],
    ["https://a.partner.example", false],
    ["http://a.partner.example:8443", false],
    ["https://evilpartner.example:8443", false],
    ["https://evil.example/.partner.example:8443", false],
    ["https://evil.example:1.partner.example:8443", false],
    ["https://a@b.partner.example:8443", false],
    ["http://app.example", false],
    ["https://app.example:8443", false],
    ["https://app.example.evil.example", false],
    ["https://xapp.example", false],
    ["null", false],
    [null, false],
  ])("%s: %s", (origin, expected) => {
    expect(allowed(origin)).toBe(expected ? origin : null);
  });

  it("one that is not allowed gets no Access-Control headers, and is kept apart in caches", () => {
    for (const headers of [
      corsHeaders(cors, from("https://evil.example")),
      preflightHeaders(cors, from(null)),
    ]) {
      expect([...headers.keys()]).toEqual(["vary"]);
      expect(headers.get("Vary")).toContain("Origin");
    }
  });

  it("any origin is echoed, so that credentials never go with a literal *", () => {
    const any = { allowedOrigins: ["*"], allowCredentials: true };
    const headers = corsHeaders({ ...cors, ...any }, from("https://any.example"));
    expect(headers.get("Access-Control-Allow-Origin")).toBe("https://any.example");
    expect(headers.get("Access-Control-Allow-Credentials")).toBe("true");
    expect(headers.get("Vary")).toBe("Origin");
  });

  it("no other text passes for an allowed one", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme-ascii" }),
      fc
        .string({ unit: "grapheme-ascii" })
        .map((middle) => `https://${middle}.partner.example:8443`),
    );
    fc.assert(
      fc.property(
        text.filter((origin) => origin === origin.trim()),
        (origin) => {
          if (allowed(origin) === null) return;
          expect(new URL(origin).origin).toBe(origin);
          expect(new URL(origin).host).toMatch(/^(app\.example|.+\.partner\.example:8443)$/);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("an actual response", () => {
  it("exposes the nonce, the challenge and the id that a user can quote, each name once", () => {
    expect(Object.fromEntries(corsHeaders(cors, from("https://app.example")))).toEqual({
      "access-control-allow-origin": "https://app.example",
      "access-control-expose-headers": "DPoP-Nonce, WWW-Authenticate, X-Request-Id, X-Total",
      vary: "Origin",
    });
  });
});

describe("a preflight", () => {
  const asked = {
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "dpop,x-odd",
  };
  const request = (method: string, headers: Headers) => ({
    method,
    url: "https://api.example.com/",
    headers,
  });

  it("is OPTIONS with Origin and the requested method", () => {
    expect(isPreflight(request("OPTIONS", from("https://app.example", asked)))).toBe(true);
    expect(isPreflight(request("GET", from("https://app.example", asked)))).toBe(false);
    expect(isPreflight(request("OPTIONS", from(null, asked)))).toBe(false);
    expect(isPreflight(request("OPTIONS", from("https://app.example")))).toBe(false);
    expect(requestedMethod(request("OPTIONS", from("https://app.example", asked)))).toBe("PUT");
  });

  it("is told what is allowed and for how long", () => {
    expect(Object.fromEntries(preflightHeaders(cors, from("https://app.example", asked)))).toEqual({
      "access-control-allow-origin": "https://app.example",
      "access-control-allow-methods": "GET, PUT",
      "access-control-allow-headers": "Authorization, DPoP",
      "access-control-max-age": "600",
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    });
  });

  it("is told what it asked for where anything is allowed", () => {
    const any = { ...cors, allowedMethods: ["*"], allowedHeaders: ["*"], allowCredentials: true };
    const headers = preflightHeaders(any, from("https://app.example", asked));
    expect(headers.get("Access-Control-Allow-Methods")).toBe("PUT");
    expect(headers.get("Access-Control-Allow-Headers")).toBe("dpop,x-odd");
    expect(headers.get("Access-Control-Allow-Credentials")).toBe("true");
  });

  it("may send token and proof where no headers are named", () => {
    const headers = preflightHeaders(
      { ...cors, allowedHeaders: [] },
      from("https://app.example", asked),
    );
    expect(headers.get("Access-Control-Allow-Headers")).toBe("Authorization, Content-Type, DPoP");
  });
});
