import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authorize } from "../../../demo/browser.ts";
import { agentClient, nativeClient } from "../../../demo/issuer.ts";
import { parseCompact } from "../../../src/jws/compact.ts";
import { endToEnd } from "../end-to-end/stage.ts";
import { cli, root } from "./run-cli.ts";

const world = endToEnd();
const folder = mkdtempSync(join(tmpdir(), "dpop-edge-login-"));
const at = (file: string) => join(folder, file);
const run = (...args: string[]) => cli(args, { cwd: folder });
let jkt = "";

beforeAll(async () => {
  const made = await run("keygen", "--out", "key.json", "--json");
  jkt = JSON.parse(made.stdout).thumbprint;
  writeFileSync(at("secret"), `${agentClient.client_secret}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const issuer = () => ["--issuer", world.stage.issuer.url, "--resource", world.stage.origin];
const agent = () => [
  ...issuer(),
  "--client-id",
  agentClient.client_id,
  "--client-secret",
  "@secret",
  "--scope",
  "read",
];
const key = ["--key", "key.json"];

/** What `login` prints as the address is opened, as the user's browser would. */
async function browse(
  args: readonly string[],
  returned: (url: URL) => URL = (url) => url,
): Promise<{ code: number; stdout: string; stderr: string; page: URL; answer: number }> {
  const child = execFile(
    process.execPath,
    [`${root}cli/main.ts`, "login", "--no-browser", ...args],
    { cwd: folder },
  );
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => (stdout += chunk));
  child.stderr?.on("data", (chunk) => (stderr += chunk));
  const ended = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
  await expect.poll(() => stderr, { timeout: 20_000 }).toMatch(/Log in at\n {2}http\S+\n/);
  const page = new URL(/Log in at\n {2}(\S+)/.exec(stderr)?.[1] ?? "");
  const redirectUri = page.searchParams.get("redirect_uri") ?? "";
  // Whoever does not know the state is turned away, and the login goes on.
  expect((await fetch(`${redirectUri}?code=stolen&state=guessed`)).status).toBe(404);
  // A path that no URL can have, to which any page can send the browser.
  expect((await fetch(`${new URL(redirectUri).origin}//`)).status).toBe(404);
  const back = returned(await authorize(page, redirectUri));
  const answer = await fetch(back);
  return { code: await ended, stdout, stderr, page, answer: answer.status };
}

describe("dpop-edge login", () => {
  test("in the browser: code, PKCE, dpop_jkt, and a token bound to the key", async () => {
    const { code, stdout, page, answer } = await browse([
      ...key,
      ...issuer(),
      "--client-id",
      nativeClient.client_id,
      "--scope",
      "openid read",
    ]);
    expect([code, answer]).toEqual([0, 200]);
    expect(page.searchParams.get("code_challenge_method")).toBe("S256");
    expect(page.searchParams.get("dpop_jkt")).toBe(jkt);
    const tokens = JSON.parse(stdout);
    expect(tokens).toMatchObject({ token_type: "DPoP", expires_at: expect.any(Number) });
    expect(parseCompact(tokens.access_token)?.payload).toMatchObject({
      sub: "alice",
      cnf: { jkt },
    });
  });

  test.each<[string, (url: URL) => URL, string]>([
    ["an error of the issuer", (url) => changed(url, { error: "access_denied" }), "access_denied"],
    [
      "the answer of another issuer",
      (url) => changed(url, { iss: "https://mallory.example" }),
      "another issuer",
    ],
    [
      "no issuer, where it names itself",
      (url) => changed(url, { iss: undefined }),
      "another issuer",
    ],
    ["no code", (url) => changed(url, { code: undefined }), "without a code"],
  ])("comes back with %s: exit code 3", async (_, returned, says) => {
    const { code, stdout, stderr } = await browse(
      [...key, ...issuer(), "--client-id", nativeClient.client_id, "--scope", "openid"],
      returned,
    );
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain(says);
  });

  test("as the client itself, into a file that others cannot read", async () => {
    writeFileSync(at("token.json"), "older", { mode: 0o644 });
    const { code, stdout, stderr } = await run(
      "login",
      ...key,
      ...agent(),
      "--client-credentials",
      "--out",
      "token.json",
      "--json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      file: "token.json",
      token_type: "DPoP",
      thumbprint: jkt,
    });
    expect(statSync(at("token.json")).mode & 0o777).toBe(0o600);
    const { access_token } = JSON.parse(readFileSync(at("token.json"), "utf8"));
    expect(parseCompact(access_token)?.payload).toMatchObject({ cnf: { jkt } });
    expect(`${stdout}${stderr}`).not.toContain(access_token);
  });

  // biome-ignore format: a row is a line
  test.each<[string, () => string[], number, string]>([
    ["a wrong secret", () => [...key, ...issuer(), "--client-id", "agent", "--client-secret", "wrong", "--client-credentials"], 3, "invalid_client"],
    ["no secret", () => [...key, ...issuer(), "--client-id", "agent", "--client-credentials"], 2, "--client-secret"],
    ["no such secret file", () => [...key, ...issuer(), "--client-id", "agent", "--client-secret", "@nowhere", "--client-credentials"], 2, "nowhere"],
    ["an issuer in the clear", () => [...key, "--issuer", "http://idp.example", "--client-id", "a"], 2, "https"],
    ["an issuer that is not there", () => [...key, "--issuer", "http://127.0.0.1:9", "--client-id", "a"], 3, "did not answer"],
    ["an issuer under another name", () => [...key, "--issuer", `${world.stage.issuer.url}/`, "--client-id", "a"], 3, "exactly"],
    ["nobody in time", () => [...key, ...issuer(), "--client-id", "native", "--no-browser", "--timeout", "1"], 3, "--timeout"],
    ["no key", () => ["--key", "nowhere.json", ...issuer(), "--client-id", "a"], 2, "keygen"],
  ])("%s", async (_, args, code, says) => {
    const ran = await run("login", ...args(), "--json");
    expect([ran.code, JSON.parse(ran.stdout)]).toEqual([code, { ok: false, error: expect.stringContaining(says) }]);
    expect(ran.stderr).toContain(says);
  });
});

function changed(url: URL, parameters: Record<string, string | undefined>): URL {
  const other = new URL(url);
  for (const [name, value] of Object.entries(parameters))
    if (value === undefined) other.searchParams.delete(name);
    else other.searchParams.set(name, value);
  return other;
}

describe("dpop-edge fetch", () => {
  const fetching = (...args: string[]) => run("fetch", world.stage.resource, ...key, ...args);

  test("a call by a token of a file: the nonce and its one retry, decoded on stderr", async () => {
    if (!existsSync(at("token.json")))
      await run("login", ...key, ...agent(), "--client-credentials", "--out", "token.json");
    const { code, stdout, stderr } = await fetching("--token", "@token.json", "-v");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toBeTypeOf("object");
    expect(stderr.match(/^> GET /gm)).toHaveLength(2);
    expect(stderr).toContain('error="use_dpop_nonce"');
    expect(stderr).toContain("once more, with the server's nonce");
    expect(stderr).toContain('"htm":"GET"');
    const { access_token } = JSON.parse(readFileSync(at("token.json"), "utf8"));
    expect(stderr).not.toContain(access_token);
    expect(stderr).not.toMatch(/"nonce":"[\w-]{20}/);
  });

  test("a call by a login of its own, as JSON", async () => {
    const { code, stdout } = await fetching(
      ...agent(),
      "--json",
      "-X",
      "POST",
      "-d",
      "a=1",
      "-H",
      "X-Test: yes",
    );
    expect(code).toBe(0);
    const said = JSON.parse(stdout);
    expect(said).toMatchObject({
      status: 200,
      exchanges: [
        { method: "POST", status: 401, again: "nonce", challenges: [{ scheme: "DPoP" }] },
        {
          method: "POST",
          status: 200,
          proof: { header: { typ: "dpop+jwt" }, claims: { htm: "POST" } },
        },
      ],
    });
    expect(said.exchanges).toHaveLength(2);
  });

  test("-i and -o", async () => {
    const { code, stdout } = await fetching("--token", "@token.json", "-i", "-o", "body.json");
    expect([code, stdout.split("\n")[0]]).toEqual([0, "200 OK"]);
    expect(JSON.parse(readFileSync(at("body.json"), "utf8"))).toBeTypeOf("object");
  });

  test("with a login that was kept: a token that ended is renewed, and passes", async () => {
    const id = ["--client-id", nativeClient.client_id, "--scope", "openid read"];
    const kept = ["--keep", "--out", "kept.json"];
    expect((await browse([...key, ...issuer(), ...id, ...kept])).code).toBe(0);
    const before = JSON.parse(readFileSync(at("kept.json"), "utf8"));
    expect(before).toMatchObject({ refresh_token: expect.any(String) });
    writeFileSync(at("kept.json"), JSON.stringify({ ...before, expires_at: 1 }));
    expect((await fetching("--token", "@kept.json")).code).toBe(0);
    const { access_token, expires_at } = JSON.parse(readFileSync(at("kept.json"), "utf8"));
    expect([access_token === before.access_token, expires_at > 1]).toEqual([false, true]);
  });

  test("an answer of 400 or more: exit code 1, and the body", async () => {
    const { code, stdout } = await run(
      "fetch",
      `${world.stage.origin}/nowhere`,
      ...key,
      "--token",
      "@token.json",
    );
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({ code: expect.any(String) }),
    ]);
  });

  // biome-ignore format: a row is a line
  test.each<[string, string[], number, string]>([
    ["no answer", ["http://127.0.0.1:9/", "--token", "@token.json"], 3, "127.0.0.1:9"],
    ["a token in the clear", ["http://api.example.com/", "--token", "@token.json"], 2, "https"],
    ["half a URL", ["api.example.com/x", "--token", "@token.json"], 2, "whole"],
    ["an Authorization of its own", ["https://api.example.com/", "-H", "Authorization: DPoP x"], 2, "--token"],
    ["a header that is none", ["https://api.example.com/", "-H", "none"], 2, "-H"],
    ["a token that is none", ["https://api.example.com/", "--token", "a b"], 2, "token"],
    ["a login without its secret", ["https://api.example.com/", "--issuer", "https://idp.example"], 2, "--client-id"],
  ])("%s", async (_, args, code, says) => {
    const ran = await run("fetch", ...args, ...key, "--json");
    expect([ran.code, JSON.parse(ran.stdout)]).toEqual([code, { ok: false, error: expect.stringContaining(says) }]);
  });
});
