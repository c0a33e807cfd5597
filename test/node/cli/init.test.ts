import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { mechanismsText } from "../../../cli/init/documents.ts";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { hasTerminal, Terminal } from "../terminal.ts";
import { cli, root } from "./run-cli.ts";

// An issuer's metadata are somebody else's words: they become values of the documents, never keys.

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-init-"));
let issuer: Loopback;

beforeAll(async () => {
  const evil = "https://evil.example/\u001b]0;owned\u0007\u202e";
  issuer = await listen((_, response) =>
    response.end(JSON.stringify({ issuer: evil, jwks_uri: "https://evil.example/keys" })),
  );
});
afterAll(async () => {
  await issuer?.stop();
  rmSync(folder, { recursive: true });
});

const init = (project: string, ...options: string[]) =>
  cli(["init", project, "--target", "cloudflare", ...options], { cwd: folder });
const text = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");

describe("dpop-edge init", () => {
  test.each([
    ["the end of a mapping", "https://idp.example/keys }, insecure: true, x: { y: z"],
    ["another line", "https://idp.example/keys\n        insecure: true"],
    ["another member", "https://idp.example/keys, insecure: true"],
    ["a comment", "https://idp.example/keys #"],
  ])("keys at a place with %s stay one text", (_, jwksUrl) => {
    const name = "https://idp.example/a,b";
    const origins = { origin: "https://api.example.com", upstream: "https://upstream.example" };
    const { mechanisms } = parse(
      mechanismsText(
        { target: "cloudflare", issuer: name, ...origins },
        { issuer: name, metadata: { known: true, issuer: name, jwksUrl } },
      ),
    );
    const { jwks_endpoint, assertions } = mechanisms.authenticators[1].config;
    expect([jwks_endpoint, assertions.issuers]).toEqual([{ url: jwksUrl }, [name]]);
  });

  test("nothing that an issuer says commands the terminal", async () => {
    const { code, stdout, stderr } = await init("terminal", "--issuer", issuer.url);
    expect(code).toBe(0);
    expect(stdout).toContain("is the metadata of https://evil.example/");
    expect(`${stdout}${stderr}`.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test("a package.json that is none is named, and nothing is written", async () => {
    mkdirSync(join(folder, "broken"));
    writeFileSync(join(folder, "broken/package.json"), "{ no json");
    const { code, stderr } = await init("broken", "--issuer", "http://127.0.0.1:9");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^broken\/package\.json is no JSON/)]);
    expect(text("broken/package.json")).toBe("{ no json");
  });

  test.each([
    ["2 Orders & more", "orders-more"],
    ["\u00e9", "dpop-edge"],
  ])("in a folder %s the Worker is named %s", async (project, worker) => {
    expect((await init(project, "--issuer", "http://127.0.0.1:9")).code).toBe(0);
    expect(text(project, "wrangler.toml")).toContain(`name = "${worker}"\n`);
    expect(JSON.parse(text(project, "package.json")).name).toBe(worker);
  });
});

test("a dot is told as this folder, and not as the one above", async () => {
  mkdirSync(join(folder, "here"));
  const args = ["init", ".", "--target", "cloudflare", "--issuer", "http://127.0.0.1:9"];
  const { code, stdout } = await cli(args, { cwd: join(folder, "here") });
  expect([code, stdout]).toEqual([0, expect.stringContaining("Wrote 8 files to this folder.\n")]);
});

test.each([
  ["a target that is none", ["--target", "cloudfare"], "cloudflare or aws"],
  ["an issuer in the clear", ["--issuer", "http://idp.example"], "http on loopback only"],
  ["half a URL", ["--issuer", "idp.example"], "https URL"],
  ["an origin with a path", ["--origin", "https://api.example.com/v1"], "without a path"],
  ["a mistyped option", ["--isuer", "https://idp.example"], "(Did you mean --issuer?)"],
])("%s: nothing is written", async (_, options, says) => {
  const { code, stderr } = await cli(["init", "wrong", ...options], { cwd: folder });
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  expect(existsSync(join(folder, "wrong"))).toBe(false);
});

test.each([
  ["no folder, and nobody to ask", [], "init DIR"],
  ["a file as folder", ["file"], "file is a file"],
])("%s", async (_, args, says) => {
  writeFileSync(join(folder, "file"), "");
  const { code, stderr } = await cli(["init", ...args], { cwd: folder });
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});

describe.runIf(hasTerminal)("on a terminal", () => {
  const command = `${process.execPath} ${root}cli/main.ts init`;

  test("what is wrong is asked again, and an empty answer takes the example", async () => {
    const terminal = new Terminal(command, folder);
    await terminal.answer("Which folder?", "asked\n");
    await terminal.answer("Where will it run?", "cloudfare\n");
    await terminal.answer("That must be cloudflare or aws.", "aws\n");
    await terminal.answer("Who issues", "idp.example\n");
    await terminal.answer("That must be an https URL", "http://127.0.0.1:9\n");
    await terminal.answer("What will clients call?", "\n");
    await terminal.answer("Where is the API", "http://127.0.0.1:3000\n");
    expect(await terminal.ended()).toBe(0);
    expect(text("asked", "config/mechanisms.yaml")).toContain("issuers: [http://127.0.0.1:9]");
    expect(text("asked", "config/mechanisms.yaml")).toContain("https://api.example.com");
    expect(text("asked", "serverless.yml")).toContain("service: asked");
  });

  test.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("%s ends it, and nothing is written", async (_, key) => {
    const terminal = new Terminal(`${command} given-up --target aws`, folder);
    await terminal.answer("Who issues", key);
    expect(await terminal.ended()).toBe(3);
    expect(terminal.said).toContain("Nothing was written.");
    expect(terminal.said).not.toContain("    at ");
    expect(existsSync(join(folder, "given-up"))).toBe(false);
  });
});
