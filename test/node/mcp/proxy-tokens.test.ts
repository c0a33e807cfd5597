import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TokenOptions } from "../../../cli/proxy/token-keeper.ts";
import { keepTokens } from "../../../cli/proxy/tokens.ts";
import { generateKey } from "../../../src/client/index.ts";
import { startIssuer } from "../cli/loopback-issuer.ts";

// Where the proxy's token comes from, and when it is renewed.

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-proxy-tokens-"));
const file = join(folder, "token.json");
const key = await generateKey({});
// The lock of a file is as old as its own time says.
const start = Math.floor(Date.now() / 1000) * 1000;
const warnings: string[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => warnings.push(String(text)) > 0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  warnings.length = 0;
  rmSync(file, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

type Answer = (form: URLSearchParams) => readonly [status: number, answer: object];

/** An issuer of tokens a1, a2 and so on that live so many seconds; `answer` may spoil one. */
async function world(lifetime: number, answer: Answer = () => [200, {}]) {
  const grants: string[] = [];
  const issuer = await startIssuer({
    token: (_, response, body) => {
      const form = new URLSearchParams(body);
      grants.push(form.get("grant_type") ?? "");
      const n = grants.length;
      const [status, spoiled] = answer(form);
      const tokens = { access_token: `a${n}`, refresh_token: `r${n}`, expires_in: lifetime };
      const good = status === 200 ? { token_type: "DPoP", ...tokens } : {};
      response.writeHead(status).end(JSON.stringify({ ...good, ...spoiled }));
    },
  });
  const options: TokenOptions = { key: "key.json", issuer, clientId: "agent", browser: false };
  const asAgent = { clientSecret: "secret", clientCredentials: true };
  const keep = (more: Partial<TokenOptions> = {}) =>
    keepTokens(key, { ...options, ...asAgent, ...more });
  const kept = (left: number, more: object = {}) =>
    writeFileSync(
      file,
      JSON.stringify({
        access_token: "a0",
        token_type: "DPoP",
        issued_at: start / 1000 - 10 + left,
        expires_at: start / 1000 + left,
        refresh_token: "r0",
        issuer,
        client_id: "agent",
        ...more,
      }),
    );
  return { issuer, grants, keep, kept };
}

const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const refreshFails =
  (status: number, error?: string): Answer =>
  (form) =>
    form.get("grant_type") === "refresh_token" ? [status, error ? { error } : {}] : [200, {}];

describe("a login of its own", () => {
  test("short tokens are renewed in the last tenth of their life, not at every call", async () => {
    const { grants, keep } = await world(10);
    const keeper = await keep();
    for (let call = 0; call < 5; call += 1) expect(await keeper.current()).toBe("a1");
    pass(8);
    expect(await keeper.current()).toBe("a1");
    expect(grants).toEqual(["client_credentials"]);
    pass(1.5);
    // Nobody waits for the next one while this one lives.
    expect(await keeper.current()).toBe("a1");
    await vi.waitFor(async () => expect(await keeper.current()).toBe("a2"));
    expect(grants).toEqual(["client_credentials", "refresh_token"]);
  });

  test("twenty calls after its end wait for one renewal", async () => {
    const { grants, keep } = await world(10);
    const keeper = await keep();
    pass(11);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => keeper.current()));
    expect([new Set(tokens), grants.length]).toEqual([new Set(["a2"]), 2]);
  });

  test.each([
    ["is down", 503, undefined, "503"],
    ["no longer knows the client", 401, "invalid_client", "invalid_client"],
    ["is asked too often", 429, "slow_down", "429"],
    ["would command the terminal", 400, "\x1b[2J", "400"],
  ])("an issuer that %s leads to no other login", async (_, status, error, says) => {
    const { grants, keep } = await world(10, refreshFails(status, error));
    const keeper = await keep();
    pass(9.5);
    expect(await keeper.current()).toBe("a1");
    await vi.waitFor(() => expect(warnings.join("")).toContain("was not renewed yet"));
    expect(warnings.join("")).not.toContain("\x1b");
    pass(1);
    await expect(keeper.current()).rejects.toThrow(says);
    expect(new Set(grants.slice(1))).toEqual(new Set(["refresh_token"]));
  });

  test("a refresh token that is no longer good leads to one", async () => {
    const { grants, keep } = await world(10, refreshFails(400, "invalid_grant"));
    const keeper = await keep();
    pass(11);
    expect(await keeper.current()).toBe("a3");
    expect(grants).toEqual(["client_credentials", "refresh_token", "client_credentials"]);
  });

  test("a token that the server refuses is renewed", async () => {
    const { keep } = await world(300);
    const keeper = await keep();
    expect(await keeper.renew("a1")).toBe(true);
    expect(await keeper.current()).toBe("a2");
    expect(await keeper.renew("a1")).toBe(true);
    expect(await keeper.current()).toBe("a2");
  });
});

describe("a login that is kept in a file", () => {
  test("goes on, and is kept there", async () => {
    const { grants, keep, kept } = await world(10);
    kept(-1);
    expect(await (await keep({ token: `@${file}` })).current()).toBe("a1");
    expect(grants).toEqual(["refresh_token"]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ refresh_token: "r1" });
  });

  test("without --issuer, too", async () => {
    const { grants, kept } = await world(10);
    kept(-1);
    const keeper = await keepTokens(key, { key: "key.json", token: `@${file}`, browser: false });
    expect(await keeper.current()).toBe("a1");
    expect(grants).toEqual(["refresh_token"]);
  });

  test("eight proxies spend its refresh token once", async () => {
    const { grants, keep, kept } = await world(10);
    kept(-1);
    const keepers = await Promise.all(Array.from({ length: 8 }, () => keep({ token: `@${file}` })));
    const tokens = await Promise.all(keepers.map((keeper) => keeper.current()));
    expect([new Set(tokens), grants]).toEqual([new Set(["a1"]), ["refresh_token"]]);
  });

  test("of another issuer is not told to this one", async () => {
    const { grants, keep, kept } = await world(10);
    kept(-1, { issuer: "https://other.example" });
    await expect(keep({ token: `@${file}` })).rejects.toThrow("name another file");
    expect(grants).toEqual([]);
  });
});
