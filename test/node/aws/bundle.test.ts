import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleFunctions, functions } from "../../../cli/bundle/functions.ts";
import { configuration } from "../../core/authorizer/world.ts";
import { httpEvent, restArn, restEvent } from "./events.ts";

const run = promisify(execFile);
let folder: string;
let outside: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dpop-edge-bundle-"));
  outside = join(folder, "empty");
  await mkdir(outside);
  await bundleFunctions(configuration, folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** The bundle as Lambda runs it: nothing beside it, and an environment with nothing in it. */
async function invoke(name: string, event: unknown, environment: Record<string, string> = {}) {
  const script = `
    const [, module, event] = process.argv;
    const log = []; console.log = console.error = (line) => log.push(line);
    const { handler } = await import(module);
    const answer = await handler(JSON.parse(event)).catch(({ name }) => ({ thrown: name }));
    process.stdout.write(JSON.stringify({ answer, log }));`;
  const module = join(folder, `${name}.mjs`);
  const args = ["--input-type=module", "-e", script, module, JSON.stringify(event)];
  return JSON.parse((await run(process.execPath, args, { cwd: outside, env: environment })).stdout);
}

test("every bundle is under 130 KiB", async () => {
  for (const name of Object.keys(functions)) {
    const { size } = await stat(join(folder, `${name}.mjs`));
    expect(size).toBeGreaterThan(10_000);
    expect(size).toBeLessThan(130 * 1024);
  }
});

/** Code in a process of its own, given the path of a module; what it prints as JSON. */
async function told(code: string, module: string): Promise<unknown> {
  const args = ["--input-type=module", "-e", code, module];
  return JSON.parse((await run(process.execPath, args, { cwd: outside, env: {} })).stdout);
}

test("the import of our code makes Node load nothing of its own: http or crypto take longer than all of it", async () => {
  const cold = ["authorizer", "proxy"].map((name): [string, string] => [
    `cold-${name}`,
    fileURLToPath(new URL(`../../../bench/lambda/${name}.ts`, import.meta.url)),
  ]);
  await bundleFunctions(configuration, folder, Object.fromEntries(cold));
  const code = `
    const before = new Set(process.moduleLoadList);
    await import(process.argv[1]);
    const loaded = process.moduleLoadList.filter((name) => !before.has(name));
    console.log(JSON.stringify(loaded));`;
  for (const [name] of cold)
    expect(await told(code, join(folder, `${name}.mjs`)), name).toEqual([]);
});

test("a function has asked for the issuer's keys when its import ends", async () => {
  const code = `
    const asked = [];
    globalThis.fetch = async (url) => { asked.push(url); throw new TypeError("no network"); };
    await import(process.argv[1]);
    console.log(JSON.stringify(asked));
    process.exit();`;
  for (const name of ["authorizer", "proxy"])
    expect(await told(code, join(folder, `${name}.mjs`))).toEqual(["https://idp.example/certs"]);
});

test("the authorizer needs nothing beside it to refuse", async () => {
  // A nonce is in force, and its secret is not there: our fault, and nobody's pass.
  const missing = await invoke("authorizer", restEvent());
  expect(missing.answer).toEqual({ thrown: "AuthorizerFailure" });
  expect(missing.log.join()).toContain("secret DPOP_NONCE_KEYS");
  const keys = JSON.stringify({ keys: [{ kty: "oct", kid: "k1", k: "A".repeat(43) }] });
  const { answer, log } = await invoke("authorizer", restEvent(), {
    DPOP_NONCE_KEYS: keys,
    METRICS_NAMESPACE: "dpop-edge",
  });
  expect(answer).toMatchObject({
    policyDocument: { Statement: [{ Effect: "Deny", Resource: restArn("/api/x") }] },
    context: { code: "credentials.missing", dpopNonce: expect.any(String) },
  });
  expect(JSON.parse(log[0])).toMatchObject({
    outcome: "refuse",
    code: "credentials.missing",
    requests: 1,
    _aws: { CloudWatchMetrics: [{ Namespace: "dpop-edge" }] },
  });
});

test("the proxy, the keys and the example upstream run by themselves too", async () => {
  const event = httpEvent({ rawPath: "/elsewhere" });
  expect((await invoke("proxy", event)).answer).toMatchObject({ statusCode: 401 });
  expect((await invoke("keys", restEvent())).answer).toMatchObject({ statusCode: 500 });
  const environment = { INTERNAL_JWKS_URL: "https://api.example/jwks", INTERNAL_ISSUER: "x" };
  const nobody = await invoke("upstream", { requestContext: {} }, environment);
  expect(nobody.answer).toMatchObject({ statusCode: 401 });
});
