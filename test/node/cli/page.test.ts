import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pitfalls } from "../../../cli/explain/pitfalls.ts";
import { createProgram } from "../../../cli/program.ts";
import { agentClient } from "../../../demo/issuer.ts";
import { endToEnd } from "../end-to-end/stage.ts";
import { cli, NODE_COMPILE_CACHE, PATH, root } from "./run-cli.ts";

const page = readFileSync(`${root}docs/cli.md`, "utf8");
const blocks = [...page.matchAll(/^```sh(.*)\n([\s\S]*?)^```/gm)].map(
  ([, kind = "", text = ""]) => ({ refused: kind.includes("refused"), text }),
);
const lines = blocks.flatMap(({ refused, text }) =>
  text
    .trim()
    .split("\n")
    .map((line) => ({ line, refused })),
);

const world = endToEnd();
const folder = mkdtempSync(join(tmpdir(), "dpop-edge-page-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the page takes for granted: npx, a browser that is logged in, and a few files. */
beforeAll(async () => {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const script = (name: string, text: string) => {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  };
  script("npx", `#!/bin/sh\nshift\nexec "${process.execPath}" "${root}cli/main.ts" "$@"\n`);
  const browser = `#!/bin/sh\nexec "${process.execPath}" "${join(bin, "browser.ts")}" "$1"\n`;
  script("xdg-open", browser);
  script("open", browser);
  script(
    "browser.ts",
    `import { authorize } from ${JSON.stringify(`${root}demo/browser.ts`)};
const page = new URL(process.argv[2]);
await fetch(await authorize(page, page.searchParams.get("redirect_uri")));`,
  );
  cpSync(`${root}config`, join(folder, "config"), { recursive: true });
  cpSync(`${root}config`, join(folder, "heimdall"), { recursive: true });
  writeFileSync(join(folder, "secret"), agentClient.client_secret);
  writeFileSync(join(folder, "events.log"), "no event\n");
  const refused = { v: 1, time: "2026-11-25T10:30:12.250Z", outcome: "refuse", method: "GET" };
  writeFileSync(join(folder, "refused.log"), JSON.stringify({ ...refused, code: "proof.htu" }));
  const jwks = await fetch(world.stage.issuer.jwksUri);
  writeFileSync(join(folder, "jwks.json"), await jwks.text());
  writeFileSync(
    join(folder, "request.txt"),
    `GET ${world.stage.resource}\nAuthorization: DPoP ${token}\nDPoP: ${proof}\n`,
  );
});
const [token, proof] = ["eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"];

function start(command: string): ChildProcess {
  const { issuer, origin, upstream } = world.stage;
  const here = command
    .replaceAll("https://idp.example", issuer.url)
    .replaceAll("https://api.example.com", origin)
    .replace("--port 8787", "--port 0");
  return spawn("sh", ["-ec", here], {
    cwd: folder,
    detached: true,
    env: {
      PATH: `${join(folder, "bin")}:${PATH}`,
      NODE_COMPILE_CACHE,
      PUBLIC_ORIGIN: origin,
      ISSUER: issuer.url,
      ISSUER_JWKS: issuer.jwksUri,
      UPSTREAM_HOST: new URL(upstream.url).host,
      TOKEN: token,
      PROOF: proof,
    },
  });
}

async function run(command: string): Promise<{ code: number; output: string }> {
  const child = start(command);
  let output = "";
  let told = false;
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      output += chunk;
      // What runs until it is told to end is told so as soon as it is ready.
      if (!told && /^ready on /m.test(output) && child.pid) {
        told = true;
        process.kill(-child.pid, "SIGTERM");
      }
    });
  const [code] = await once(child, "close");
  return { code, output };
}

describe("every command of docs/cli.md does what it says", () => {
  test.each(lines)("$line", async ({ line, refused }) => {
    const { code, output } = await run(line);
    if (refused) expect(output).toContain("Refused: 401 invalid_");
    if (/ (?:dev|proxy) /.test(line)) expect(output).toContain("ready on");
    else expect([code, output]).toEqual([refused ? 1 : 0, expect.any(String)]);
  });
});

test("what it shows of explain is what explain says", async () => {
  const url = "https://api.example.com/api/orders";
  const accessToken = JSON.parse(readFileSync(join(folder, "token.json"), "utf8")).access_token;
  const asked = ["--key", "key.json", "--token", accessToken];
  const { stdout: made } = await cli(["proof", url, ...asked], { cwd: folder });
  const headers = ["-H", `Authorization: DPoP ${accessToken}`, "-H", `DPoP: ${made.trim()}`];
  const { stdout } = await cli(["explain", "curl", "-X", "POST", ...headers, url], { cwd: folder });
  const shown = [...page.matchAll(/^ {4}(.+?)(?: \.\.\.)?$/gm)].map(([, line = ""]) => line);
  expect(shown).toHaveLength(8);
  for (const line of shown) expect(stdout).toContain(line.trim());
});

describe("docs/cli.md", () => {
  const names = createProgram(() => undefined).commands.map((command) => command.name());

  test("shows every command, and no other", () => {
    const shown = new Set(lines.map(({ line }) => /^npx dpop-edge (\w+)/.exec(line)?.[1]));
    expect([...shown].toSorted()).toEqual(names.toSorted());
    const listed = [...page.matchAll(/^\| \[`(\w+)`\]/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual(names.toSorted());
  });

  test("lists every pitfall by its name", () => {
    const listed = [...page.matchAll(/^\| `([a-z-]+\.[a-z-]+)` \| (.*) \|$/gm)].map(
      ([, id, name]) => [id, name],
    );
    expect(listed).toEqual(Object.entries(pitfalls).map(([id, { name }]) => [id, name]));
  });

  test("and --help have the same exit codes", async () => {
    const { stdout } = await cli(["--help"]);
    const said = [...stdout.matchAll(/^ {2}(\d) {2}(.*)$/gm)].map(([, code, text]) => [code, text]);
    const listed = [...page.matchAll(/^\| (\d) \| (.*) \|$/gm)].map(([, code, text]) => [
      code,
      text,
    ]);
    expect(said).toEqual(listed);
    expect(listed).toHaveLength(4);
  });

  test.each([
    ...names.filter((name) => !["secret", "rotate"].includes(name)),
    "secret master-key",
    "secret signing-key",
    "rotate master-key",
    "rotate signing-key",
  ])("%s has help with an example, and --json", async (name) => {
    const { code, stdout } = await cli([...name.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--json");
    expect(stdout).toMatch(new RegExp(`Example:\\s+dpop-edge ${name}`));
  });
});
