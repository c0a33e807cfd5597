import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusals } from "../../../src/decision.ts";
import { endToEnd } from "../end-to-end/stage.ts";

const run = promisify(execFile);
const page = await readFile(new URL("../../../docs/client.md", import.meta.url), "utf8");
const [whole, library, browser, fiveLines] = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(
  ([, code = ""]) => code,
);
const edge = endToEnd();

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dpop-edge-page-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sources: Readonly<Record<string, string>> = {
  "dpop-edge/client": "../../../src/client/index.ts",
  "dpop-edge/client/node": "../../../adapters/node/index.ts",
  "dpop-edge/client/browser": "../../../adapters/browser/index.ts",
};
const require = createRequire(import.meta.url);

/** The page's code against the stage: other hosts, the sources in place of the package. */
async function printed(code = "", before = ""): Promise<string> {
  const runnable = code
    .replace(/from "([^"]+)"/g, (_, name: string) => {
      const source = sources[name];
      const url = source ? new URL(source, import.meta.url) : pathToFileURL(require.resolve(name));
      return `from ${JSON.stringify(url.href)}`;
    })
    .replaceAll("https://idp.example", edge.stage.issuer.url)
    .replaceAll("https://api.example.com", edge.stage.origin)
    .replace("agent.jwk", join(folder, "agent.jwk"));
  const script = ["--input-type=module", "--eval", `${before}\n${runnable}`];
  return (await run(process.execPath, script)).stdout;
}

test("the page's program logs in and calls, twice with one key", async () => {
  for (const _ of ["first", "again"]) {
    const output = await printed(whole);
    expect(output).toMatch(/^200 \{/);
    expect(output).toContain("sub: 'agent'");
  }
  const file: unknown = JSON.parse(await readFile(join(folder, "agent.jwk"), "utf8"));
  expect(file).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256" });
});

test("openid-client takes its fetch", async () => {
  expect(library).toContain("[oauth.customFetch]: client.fetch,");
  const insecure = (library ?? "").replace(
    "[oauth.customFetch]",
    "execute: [oauth.allowInsecureRequests], [oauth.customFetch]",
  );
  expect(await printed(insecure)).toBe("200\n");
});

/** A token for the key that the page's code has made, and what the code finds in its page. */
const logIn = `
  const { createDpopClient: create } = await import(${JSON.stringify(new URL("../../../src/client/index.ts", import.meta.url).href)});
  const logIn = async (keyStore) => {
    const answer = await create({ keyStore }).fetch("https://idp.example/token", {
      method: "POST",
      body: new URLSearchParams({ grant_type: "client_credentials", client_id: "agent",
        client_secret: "agent-secret", scope: "read", resource: "https://api.example.com" }),
    });
    return (await answer.json()).access_token;
  };
`;

test("a browser's key and nonces are kept by the browser", async () => {
  const imitation = `await import(${JSON.stringify(pathToFileURL(require.resolve("fake-indexeddb/auto")).href)});
    const stored = new Map();
    globalThis.sessionStorage = { getItem: (name) => stored.get(name) ?? null };`;
  const [imports = "", rest = ""] = (browser ?? "").split("\n\n");
  const code = `${imports}\n${imitation}\n${logIn}\n${rest}`
    .replace("const client =", 'stored.set("access_token", await logIn(keyStore));\nconst client =')
    .concat("\nprocess.exit();");
  expect(await printed(code)).toBe("200\n");
});

test("a proof in five lines is taken, with the challenge's nonce", async () => {
  const [imports = "", rest = ""] = (fiveLines ?? "").split("\n\n");
  const lines = rest.trim().split("\n");
  expect(lines.length).toBe(3);
  const [key, ...call] = lines;
  const code = `${imports}
    ${logIn}
    const url = "https://api.example.com/api/orders";
    let nonce;
    ${key}
    const accessToken = await logIn({ read: async () => key, keep: async () => key });
    for (let calls = 0; calls < 2; calls += 1) {
      ${call.join("\n")}
      nonce = response.headers.get("DPoP-Nonce");
      console.log(response.status);
    }`;
  expect(await printed(code)).toBe("401\n200\n");
});

test("the page names no refusal that there is not", () => {
  const table = page.slice(page.indexOf("## What goes wrong by hand"));
  const codes = [...table.matchAll(/`((?:token|proof|nonce)\.\w+)`/g)].map(([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(6);
  for (const code of codes) expect(refusals).toHaveProperty([code]);
});
