import { describe, expect, test } from "vitest";
import { createDpopClient } from "../../../src/client/index.ts";

describe("one retry, never a loop", () => {
  const challenge = () =>
    new Response(null, {
      status: 401,
      headers: {
        "WWW-Authenticate": 'DPoP error="use_dpop_nonce"',
        "DPoP-Nonce": crypto.randomUUID(),
      },
    });

  test("a server that always wants another nonce is asked twice", async () => {
    let asked = 0;
    const client = createDpopClient({
      token: "t",
      origins: ["https://a.example"],
      fetch: async () => {
        asked += 1;
        return challenge();
      },
    });
    expect((await client.fetch("https://a.example/")).status).toBe(401);
    expect(asked).toBe(2);
  });

  test("a server that refuses for every reason in turn is asked as often as there are reasons", async () => {
    const answers = [
      new Headers({ "WWW-Authenticate": 'DPoP error="use_dpop_nonce"', "DPoP-Nonce": "1" }),
      new Headers({
        "WWW-Authenticate": 'DPoP error="invalid_dpop_proof"',
        Date: new Date(0).toUTCString(),
      }),
    ];
    let asked = 0;
    const client = createDpopClient({
      token: "t",
      origins: ["https://a.example"],
      fetch: async () => {
        const headers = answers[asked % 2];
        asked += 1;
        return new Response(null, { status: 401, ...(headers ? { headers } : {}) });
      },
    });
    expect((await client.fetch("https://a.example/")).status).toBe(401);
    expect(asked).toBe(3);
  });

  test.each([
    [
      "no nonce comes with the challenge",
      401,
      { "WWW-Authenticate": 'DPoP error="use_dpop_nonce"' },
    ],
    [
      "two nonces come",
      401,
      { "WWW-Authenticate": 'DPoP error="use_dpop_nonce"', "DPoP-Nonce": "a, b" },
    ],
    [
      "the token is refused",
      401,
      { "WWW-Authenticate": 'DPoP error="invalid_token"', "DPoP-Nonce": "a" },
    ],
    [
      "the challenge is Bearer's",
      401,
      { "WWW-Authenticate": 'Bearer error="use_dpop_nonce"', "DPoP-Nonce": "a" },
    ],
    [
      "it is forbidden",
      403,
      { "WWW-Authenticate": 'DPoP error="use_dpop_nonce"', "DPoP-Nonce": "a" },
    ],
    ["it fails", 500, { "DPoP-Nonce": "a" }],
  ])("none where %s", async (_, status, headers) => {
    let asked = 0;
    const client = createDpopClient({
      token: "t",
      origins: ["https://a.example"],
      fetch: async () => {
        asked += 1;
        return new Response(null, { status, headers });
      },
    });
    expect((await client.fetch("https://a.example/")).status).toBe(status);
    expect(asked).toBe(1);
  });
});
