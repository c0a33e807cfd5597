import { expect, test } from "vitest";
import { documented } from "./documents.ts";
import { createWorld, issuer, request, signedHeaders, type World } from "./world.ts";

function worldOf(answer: () => Response | Promise<Response>, config = "") {
  const asked: { headers: Headers; body: unknown }[] = [];
  const world: World = createWorld(
    documented({
      finalizers: `{id: token, type: oauth2_client_credentials, config: {
        token_url: https://as.example/token, client_id: edge,
        client_secret: {source: credentials, selector: secret}, scopes: [a, b] ${config}}}`,
      execute: "{finalizer: token}",
    }),
    undefined,
    async (url, init) => {
      if (url.startsWith(issuer)) return world.jwks();
      asked.push({ headers: new Headers(init.headers), body: init.body });
      return answer();
    },
  );
  world.secrets.CREDENTIALS = JSON.stringify({ secret: "s:1" });
  const ask = async () => world.authorizer.authorize(request(await signedHeaders(world)));
  return { world, asked, ask };
}

const token = (changed: Record<string, unknown> = {}) =>
  Response.json({ access_token: "t1", token_type: "Bearer", expires_in: 60, ...changed });

test("asks as RFC 6749 section 4.4 says, once for all requests of its time", async () => {
  const { world, asked, ask } = worldOf(() => token());
  const decisions = await Promise.all([ask(), ask(), ask()]);
  for (const { headers } of decisions) expect(headers.get("Authorization")).toBe("Bearer t1");
  expect(asked).toHaveLength(1);
  expect(asked[0]?.body).toBe("grant_type=client_credentials&scope=a+b");
  expect(asked[0]?.headers.get("Authorization")).toBe(`Basic ${btoa("edge:s%3A1")}`);
  world.clock.seconds += 54;
  await ask();
  expect(asked).toHaveLength(1);
  world.clock.seconds += 1;
  await ask();
  expect(asked).toHaveLength(2);
});

test("puts the secret into the form where the document says so, and the token where it says", async () => {
  const { asked, ask } = worldOf(
    () => token(),
    ", auth_method: request_body, header: {name: X-Token}",
  );
  expect((await ask()).headers.get("X-Token")).toBe("t1");
  expect(asked[0]?.body).toBe(
    "grant_type=client_credentials&client_id=edge&client_secret=s%3A1&scope=a+b",
  );
});

test("keeps nothing of which nobody says how long, and nothing for longer than cache_ttl", async () => {
  const endless = worldOf(() => token({ expires_in: undefined }));
  await endless.ask();
  await endless.ask();
  expect(endless.asked).toHaveLength(2);
  const short = worldOf(() => token(), ", cache_ttl: 10s");
  await short.ask();
  short.world.clock.seconds += 5;
  await short.ask();
  expect(short.asked).toHaveLength(2);
});

test.each([
  ["an error", () => token({ access_token: undefined, error: "invalid_client" })],
  ["a token that is another header", () => token({ access_token: "a\r\nX: y" })],
  ["500", () => new Response("", { status: 500 })],
  ["a redirect", () => new Response("", { status: 307, headers: { Location: "https://x" } })],
  ["nothing", () => Promise.reject(new TypeError("no route"))],
])("lets nothing pass where the answer is %s", async (_, answer) => {
  const { ask, world } = worldOf(answer);
  expect(await ask()).toMatchObject({ kind: "refuse", status: 503, code: "policy.unavailable" });
  expect(JSON.stringify(world.events)).not.toContain("s:1");
});
