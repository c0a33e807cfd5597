import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type RevokeOptions, revoke } from "../../../cli/revoke/revoke.ts";
import { type Loopback, listen } from "../../../testing/loopback.ts";
import { type KeyPair, keyPair } from "../../core/authorizer/world.ts";
import { cli, root } from "../cli/run-cli.ts";
import {
  type Edge,
  type Issuer,
  proven,
  provenHeaders,
  secrets,
  startEdge,
  startIssuer,
} from "./world.ts";

// The Worker with its list, and an operator with the command line.

const operators = "a-secret-of-the-operators-long-enough";
const folder = mkdtempSync(join(tmpdir(), "dpop-edge-revocation-"));
const persist = join(folder, "storage");
const options = ["--config", folder, "--secrets", join(folder, "production.vars")];
let upstream: Loopback;
let issuer: Issuer;
let edge: Edge;
let key: KeyPair;
let token: string;

const start = () =>
  startEdge(
    proven(
      upstream.host,
      issuer.jwks,
      {
        possession: {
          enforcement: "required",
          maxAge: 60,
          nonceRequired: false,
          replayAllowed: false,
        },
      },
      {
        secrets: {
          nonce_keys: { kind: "jwks", from: { binding: "DPOP_NONCE_KEYS" } },
          signing_keys: { kind: "jwks", from: { binding: "SIGNING_KEYS" } },
          operators: { kind: "inline", from: { binding: "OPERATORS" } },
        },
        revocation: { staleness: 1, onFailure: "refuse", access: { source: "operators" } },
        needs: ["revocation"],
      },
    ),
    { secrets: { ...secrets, OPERATORS: operators }, persist },
  );

beforeAll(async () => {
  const mechanisms = readFileSync(`${root}config/mechanisms.yaml`, "utf8")
    .replace("serve:\n", "serve:\n  revocation: {staleness: 1s, access: {source: operators}}\n")
    .replace(
      "secret_management:\n",
      "secret_management:\n  operators: {type: inline, config: {secret: OPERATORS}}\n",
    );
  writeFileSync(join(folder, "mechanisms.yaml"), mechanisms);
  writeFileSync(join(folder, "rules.yaml"), readFileSync(`${root}config/rules.yaml`));
  writeFileSync(join(folder, "production.vars"), `OPERATORS="${operators}"\n`);
  upstream = await listen((_, response) => response.end("from upstream"));
  issuer = await startIssuer();
  key = await keyPair();
  token = await issuer.accessToken(key.jkt);
  edge = await start();
});
afterAll(async () => {
  await edge?.stop();
  await issuer?.stop();
  await upstream?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function call(): Promise<string> {
  const url = `${edge.url}/api/x`;
  const answer = await fetch(url, { headers: await provenHeaders(key, token, url) });
  const said = await answer.text();
  return answer.status === 200 ? "allow" : `${answer.status} ${JSON.parse(said).code}`;
}

/** The command, in a process of its own. */
const typed = (...words: string[]) => cli(["revoke", "--edge", edge.url, ...options, ...words]);

/** The same without one: what it prints, as JSON. */
async function said(changed: RevokeOptions) {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const secrets = join(folder, "production.vars");
  try {
    await revoke({ edge: edge.url, config: folder, secrets, json: true, ...changed });
    return JSON.parse(write.mock.calls.join(""));
  } finally {
    write.mockRestore();
  }
}

/** Whatever the isolate knew is too old after the bound of a second. */
const comesTo = (outcome: string) =>
  vi.waitFor(async () => expect(await call()).toBe(outcome), { timeout: 20_000, interval: 200 });

test("a stolen key is shut out in seconds, stays out when the Worker is started anew, and is let in again", async () => {
  expect(await call()).toBe("allow");
  const revoked = await typed("--jkt", key.jkt, "--until", "24h", "--apply");
  expect([revoked.code, revoked.stderr]).toEqual([0, expect.stringContaining(edge.url)]);
  await comesTo("401 token.revoked");

  await edge.stop();
  edge = await start();
  // A cold isolate asks once, whoever comes at once.
  const all = await Promise.all(Array.from({ length: 20 }, call));
  expect(new Set(all)).toEqual(new Set(["401 token.revoked"]));
  expect((await said({ list: true })).entries).toHaveLength(1);
  expect((await said({ list: true, sub: ["alice"] })).entries).toEqual([]);

  expect(await said({ jkt: [key.jkt], lift: true, apply: true })).toMatchObject({ applied: true });
  await comesTo("allow");
});

const hasCurl = spawnSync("curl", ["--version"]).status === 0;

test.runIf(hasCurl)(
  "what an event line shows can be revoked, by the very command that is printed",
  async () => {
    const id = crypto.randomUUID();
    const url = `${edge.url}/api/${id}`;
    await fetch(url, { headers: await provenHeaders(key, token, url) });
    const line = await vi.waitFor(() => {
      const found = edge.lines
        .map((each) => JSON.parse(each))
        .find(({ path }) => path === `/api/${id}`);
      expect(found).toBeDefined();
      return found;
    }, 20_000);
    expect(line).toMatchObject({ outcome: "allow", revocation: "checked" });

    const shown = ["--sub", line.sub, "--from-event", "--until", "1h"];
    const { stdout } = await typed(...shown);
    // No argument of a process holds the secret: printf is the shell's own.
    expect(stdout).toMatch(/^printf 'Authorization: Bearer %s\\n' "\$OPERATORS" \| curl -H @- /);
    expect(stdout).not.toContain(operators);
    const shell = spawn("sh", ["-c", stdout], {
      env: { ...process.env, OPERATORS: operators },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [answer] = await Promise.all([text(shell.stdout), once(shell, "close")]);
    expect(JSON.parse(answer)).toEqual({ revoked: 1, lifted: 0 });
    await comesTo("401 token.revoked");
    await said({ sub: [line.sub], fromEvent: true, lift: true, apply: true });
    await comesTo("allow");
  },
);

test("a wrong secret, or none, does nothing", async () => {
  const page = `${edge.url}/.well-known/dpop-edge/revocations`;
  for (const headers of [{}, { Authorization: "Bearer guessed" }]) {
    const answer = await fetch(page, { method: "POST", headers, body: '{"lift": []}' });
    expect([answer.status, await answer.text()]).toEqual([401, ""]);
  }
  writeFileSync(join(folder, "wrong.vars"), `OPERATORS="${"x".repeat(40)}"\n`);
  const list = { config: folder, edge: edge.url, list: true };
  const wrong = revoke({ ...list, secrets: join(folder, "wrong.vars") });
  await expect(wrong).rejects.toThrow(/answers 401.*Does OPERATORS hold/);
  await expect(revoke(list)).rejects.toThrow(/OPERATORS.*--secrets/);
  const plain = said({ list: true, edge: "http://api.example.com" });
  await expect(plain).rejects.toThrow("over https");
});
