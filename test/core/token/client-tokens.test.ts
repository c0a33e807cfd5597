import { describe, expect, test } from "vitest";
import type { Endpoint } from "../../../src/configuration.ts";
import { clientTokens } from "../../../src/mechanisms/client-tokens.ts";
import { createSecrets } from "../../../src/secrets.ts";
import { askEndpoint } from "../../../src/token/ask-endpoint.ts";
import { type Answer, handClock, json, network } from "./issuer-double.ts";

const tokenUrl = "https://idp.example/token";
const endpoint: Endpoint = {
  url: "https://pdp.example/check",
  headers: {},
  timeout: 5,
  auth: {
    type: "oauth2_client_credentials",
    token: { url: tokenUrl, headers: {}, timeout: 5 },
    client: {
      type: "client_secret_basic",
      clientId: "edge",
      secret: { source: "idp", selector: "secret" },
    },
    scopes: ["check", "read"],
    header: { name: "Authorization", scheme: "Bearer" },
  },
};

/** An edge whose endpoint wants a token, and what was asked of whom. */
function edge(answer: Answer, auth: Partial<Endpoint["auth"]> = {}) {
  const clock = handClock();
  const net = network((url, init) => (url === tokenUrl ? answer(url, init) : json({ ok: true })));
  const values = { kind: "inline", from: { values: { secret: "s3cret" } } } as const;
  const plain = createSecrets({ idp: values }, () => undefined);
  const runtime = { now: clock.now, fetch: net.fetch, random: () => new Uint8Array(16) };
  const secrets = { ...plain, token: clientTokens({ runtime, secrets: plain }) };
  const asked = { ...endpoint, auth: { ...endpoint.auth, ...auth } } as Endpoint;
  return {
    clock,
    asked: (url: string) => net.asked.filter((one) => String(one.url) === url),
    ask: (anew = false) =>
      askEndpoint(net.fetch, secrets, asked, { method: "POST", body: "{}", anew }),
  };
}

const granting: Answer = () => json({ access_token: "tok", token_type: "Bearer", expires_in: 60 });

test("the token is asked for once, and again shortly before it ends", async () => {
  const { ask, asked, clock } = edge(granting);
  await ask();
  await ask();
  expect(asked(tokenUrl)).toHaveLength(1);
  const [first] = asked(tokenUrl);
  expect(new Headers(first?.init.headers).get("Authorization")).toBe(
    `Basic ${btoa("edge:s3cret")}`,
  );
  expect(String(first?.init.body)).toBe("grant_type=client_credentials&scope=check+read");
  const sent = asked(endpoint.url).map(({ init }) =>
    new Headers(init.headers).get("Authorization"),
  );
  expect(sent).toEqual(["Bearer tok", "Bearer tok"]);
  clock.turn(56);
  await ask();
  expect(asked(tokenUrl)).toHaveLength(2);
});

test("whoever asks anew gets a new one", async () => {
  const { ask, asked } = edge(granting);
  await ask();
  await ask(true);
  expect(asked(tokenUrl)).toHaveLength(2);
});

test("a header of its own, and no longer than cache_ttl", async () => {
  const header = { name: "X-Token", scheme: "" };
  const { ask, asked, clock } = edge(granting, { header, cacheTtl: 20 });
  await ask();
  const headers = new Headers(asked(endpoint.url)[0]?.init.headers);
  expect([headers.get("X-Token"), headers.get("Authorization")]).toEqual(["tok", null]);
  clock.turn(16);
  await ask();
  expect(asked(tokenUrl)).toHaveLength(2);
});

describe("without a token nothing is asked", () => {
  const answers: ReadonlyArray<readonly [name: string, answer: Answer]> = [
    ["refused", () => new Response("{}", { status: 401 })],
    ["no token", () => json({ token_type: "Bearer" })],
    ["a line break", () => json({ access_token: "a\r\nX-Admin: 1" })],
    ["no JSON", () => new Response("<html>")],
  ];
  test.each(answers)("%s", async (_, answer) => {
    const { ask, asked } = edge(answer);
    await expect(ask()).rejects.toThrow(/idp\.example/);
    expect(asked(endpoint.url)).toEqual([]);
  });
});

test("nobody says how long: it is not kept", async () => {
  const { ask, asked } = edge(() => json({ access_token: "tok" }));
  await ask();
  await ask();
  expect(asked(tokenUrl)).toHaveLength(2);
});
