import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Loopback, listen } from "../../../testing/loopback.ts";

const main = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));

const mechanisms = `
serve: {public_origin: https://api.example.com}
secret_management:
  nonce_keys: {type: jwks, config: {secret: NONCE_KEYS}}
  signing_keys: {type: pem, config: {secret: SIGNING_KEY}}
master_key: {source: nonce_keys}
mechanisms:
  authenticators:
    - {id: deny_all, type: unauthorized}
    - {id: anyone, type: anonymous}
  finalizers:
    - {id: internal_token, type: jwt, config: {signer: {source: signing_keys}, audience: upstream}}
default_rule:
  execute: [{authenticator: deny_all}, {finalizer: internal_token}]
`;
const rules = (host: string) => `
rules:
  - id: open
    match: {routes: [{path: /api/**}]}
    forward_to: {host: "${host}"}
    execute: [{authenticator: anyone}]
`;

let upstream: Loopback;
let folder: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  upstream = await listen((request, response) => response.end(request.headers.authorization));
  folder = await mkdtemp(join(tmpdir(), "dpop-edge-"));
  await writeFile(join(folder, "mechanisms.yaml"), mechanisms);
  await writeFile(join(folder, "rules.yaml"), rules(upstream.host));
  await writeFile(
    join(folder, "secrets"),
    `${secret("master-key", "NONCE_KEYS")}\n${secret("signing-key", "SIGNING_KEY")}\n`,
  );
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
});
afterAll(async () => {
  await upstream?.stop();
  await rm(folder, { recursive: true });
});

function secret(kind: string, name: string): string {
  const args = [main, "secret", kind, "--dotenv", name];
  return execFileSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

interface Dev {
  readonly child: ChildProcess;
  readonly output: () => string;
}

function dev(...args: string[]): Dev {
  // A process group of its own, as a terminal gives it.
  const child = spawn(process.execPath, [main, "dev", ...args], { cwd: folder, detached: true });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
    });
  return { child, output: () => output };
}

async function ended({ child, output }: Dev): Promise<{ code: number | null; output: string }> {
  const [code] = await once(child, "close");
  return { code, output: output() };
}

async function ready({ output }: Dev): Promise<string> {
  const line = /^ready on (http:\/\/127\.0\.0\.1:\d+)$/m;
  await expect.poll(output, { timeout: 30_000 }).toMatch(line);
  return line.exec(output())?.[1] ?? "";
}

const right = () => ["--config", folder, "--secrets", join(folder, "secrets"), "--port", "0"];

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
}

function processes(): Process[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,stat="], { encoding: "utf8" }).split("\n");
  return lines.map((line) => {
    const [pid, parent, state = ""] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), state };
  });
}

const childrenOf = (pid: number): number[] =>
  processes().flatMap((one) => (one.parent === pid ? [one.pid] : []));

/** One that has ended and that nobody has waited for yet, Z, does not live. */
const isAlive = (pid: number): boolean =>
  processes().some((one) => one.pid === pid && !one.state.startsWith("Z"));

const stops: ReadonlyArray<readonly [string, (pid: number) => void]> = [
  ["SIGINT", (pid) => process.kill(pid, "SIGINT")],
  ["SIGTERM", (pid) => process.kill(pid, "SIGTERM")],
  ["Ctrl-C, which reaches workerd too", (pid) => process.kill(-pid, "SIGINT")],
];

test.each(stops)("serves both origins, and %s stops all of it", async (_, stop) => {
  const running = dev(...right());
  const url = await ready(running);
  expect(running.output()).toContain(`${url} is served as well as https://api.example.com`);
  const response = await fetch(`${url}/api/x`);
  expect(response.status).toBe(200);
  expect(await response.text()).toMatch(/^Bearer ey/);
  // A line comes after its answer.
  await expect.poll(() => running.output()).toContain('"rule":"open"');

  const pid = running.child.pid ?? Number.NaN;
  const workers = childrenOf(pid);
  expect(workers.length).toBeGreaterThan(0);
  stop(pid);
  stop(pid);
  expect((await ended(running)).code).toBe(0);
  await expect.poll(() => workers.filter(isAlive)).toEqual([]);
  await expect(fetch(url)).rejects.toThrow();
});

test("a bad document stops it, with the place and the reason", async () => {
  const bad = await mkdtemp(join(folder, "bad-"));
  await writeFile(
    join(bad, "mechanisms.yaml"),
    mechanisms.replace("type: anonymous", "type: anonymus"),
  );
  await writeFile(join(bad, "rules.yaml"), rules(upstream.host));
  const { code, output } = await ended(dev("--config", bad, "--port", "0"));
  expect(code).toBe(1);
  expect(output).toMatch(/mechanisms\.yaml:10:\d+ .*anonymus/);
  expect(output).not.toContain("ready");
});

test("missing secrets are named, with the command that makes each", async () => {
  await writeFile(join(folder, "some"), secret("signing-key", "SIGNING_KEY"));
  const { code, output } = await ended(dev("--config", folder, "--secrets", join(folder, "some")));
  expect(code).toBe(1);
  expect(output).toContain("NONCE_KEYS");
  expect(output).toContain(
    `dpop-edge secret master-key --dotenv NONCE_KEYS >> ${join(folder, "some")}`,
  );
  expect(output).not.toContain("SIGNING_KEY");
  expect(output).not.toContain("ready");
});

test("secrets that cannot be used are named before anything starts", async () => {
  await writeFile(join(folder, "bad"), "NONCE_KEYS={}\nSIGNING_KEY=-----BEGIN PRIVATE KEY-----\n");
  const { code, output } = await ended(dev("--config", folder, "--secrets", join(folder, "bad")));
  expect(code).toBe(1);
  expect(output).toContain('"nonce_keys" (secret NONCE_KEYS): ');
  expect(output).toContain('"signing_keys" (secret SIGNING_KEY): it holds no PRIVATE KEY block');
  expect(output).not.toContain("ready");
});

test("a port that is taken is named", async () => {
  const taken = new URL(upstream.url).port;
  const { code, output } = await ended(dev(...right(), "--port", taken));
  expect(code).toBe(1);
  expect(output).toContain(taken);
});

test.each([
  ["an unknown option", ["--prot", "1"], "--prot"],
  ["a port that is no number", ["--port", "http"], "--port"],
  ["a port out of range", ["--port", "65536"], "--port"],
  ["a folder that is not there", ["--config", "nowhere"], "nowhere"],
  ["a folder as secrets", ["--config", ".", "--secrets", "."], ". is a directory"],
  [
    "a file as memory",
    ["--config", ".", "--secrets", "secrets", "--persist", "secrets"],
    "--persist",
  ],
])("%s: exit code 2 and what is wrong", async (_, args, named) => {
  const { code, output } = await ended(dev(...args));
  expect(code).toBe(2);
  expect(output).toContain(named);
});

test("a secrets file that is not there: exit code 1 and its name", async () => {
  const { code, output } = await ended(dev("--config", folder, "--secrets", "nowhere.env"));
  expect(code).toBe(1);
  expect(output).toContain("There is no secrets file nowhere.env.");
  expect(output).toContain("dpop-edge secret master-key --dotenv NONCE_KEYS");
});

test("--help says how, with an example", async () => {
  const { code, output } = await ended(dev("--help"));
  expect(code).toBe(0);
  expect(output).toContain("Example: dpop-edge dev");
});
