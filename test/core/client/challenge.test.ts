import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseChallenges, refusalOf } from "../../../src/client/challenge.ts";

describe("a WWW-Authenticate field", () => {
  test.each([
    [null, []],
    ["", []],
    [" , ,", []],
    ["DPoP", [["DPoP", {}]]],
    // RFC 9449 section 9.
    [
      'DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof"',
      [
        [
          "DPoP",
          {
            error: "use_dpop_nonce",
            error_description: "Resource server requires nonce in DPoP proof",
          },
        ],
      ],
    ],
    // RFC 9449 section 7.2.
    [
      'Bearer realm="x", DPoP algs="ES256 PS256"',
      [
        ["Bearer", { realm: "x" }],
        ["DPoP", { algs: "ES256 PS256" }],
      ],
    ],
    // RFC 9110 section 11.6.1.
    [
      'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
      [
        ["Basic", { realm: "simple" }],
        ["Newauth", { realm: "apps", type: "1", title: 'Login to "apps"' }],
      ],
    ],
    [
      "Negotiate a87421000492aa874209af8bc028==, DPoP",
      [
        ["Negotiate", {}],
        ["DPoP", {}],
      ],
    ],
    ['dpop ERROR = "a",error=b', [["dpop", { error: "a" }]]],
    ['DPoP realm="a, Bearer error=\\"no\\""', [["DPoP", { realm: 'a, Bearer error="no"' }]]],
    ['DPoP error="unterminated', []],
    ['"quoted" first', []],
  ])("%j", (field, expected) => {
    const found = parseChallenges(field).map(({ scheme, parameters }) => [scheme, parameters]);
    expect(found).toEqual(expected);
  });

  test("of any text is read in the end, and never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (field) => {
        expect(Array.isArray(parseChallenges(field))).toBe(true);
      }),
    );
  });

  test("gives back what was quoted", () => {
    const value = fc.stringMatching(/^[\x20-\x7e]{0,40}$/);
    fc.assert(
      fc.property(value, value, (one, other) => {
        const quoted = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
        expect(parseChallenges(`DPoP one=${quoted(one)}, other=${quoted(other)}`)).toEqual([
          { scheme: "DPoP", parameters: { one, other } },
        ]);
      }),
    );
  });
});

describe("a refusal", () => {
  const json = { "Content-Type": "application/json" };

  test("of a token endpoint is in its body, which the caller still gets", async () => {
    const text = '{"error":"use_dpop_nonce"}';
    const response = new Response(text, { status: 400, headers: json });
    expect((await refusalOf(response))?.error).toBe("use_dpop_nonce");
    expect(await response.text()).toBe(text);
  });

  test.each([
    ["no JSON", "use_dpop_nonce", json],
    ["another type", '{"error":"use_dpop_nonce"}', { "Content-Type": "text/plain" }],
    ["an error that is no text", '{"error":1}', json],
    ["no object", '"use_dpop_nonce"', json],
    ["too long", `{"error":"use_dpop_nonce","x":"${"x".repeat(20_000)}"}`, json],
  ])("is not read from %s, which stays whole", async (_, body, headers) => {
    const response = new Response(body, { status: 400, headers });
    expect((await refusalOf(response))?.error).toBeUndefined();
    expect(await response.text()).toBe(body);
  });

  test("whose body stalls holds nobody up, and stays whole", async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const text = '{"error":"use_dpop_nonce"}';
    void writer.write(new TextEncoder().encode(text.slice(0, 9)));
    const response = new Response(readable, { status: 401, headers: json });
    const began = Date.now();
    expect((await refusalOf(response))?.error).toBeUndefined();
    expect(Date.now() - began).toBeLessThan(3000);
    void writer.write(new TextEncoder().encode(text.slice(9))).then(() => writer.close());
    expect(await response.text()).toBe(text);
  });

  test("is neither a success nor a failure of the server", async () => {
    for (const status of [200, 403, 404, 500]) {
      const response = new Response('{"error":"use_dpop_nonce"}', { status, headers: json });
      expect(await refusalOf(response)).toBeUndefined();
    }
  });
});
