import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startScript } from "../../../cli/workerd/workerd.ts";
import { listen } from "../../../testing/loopback.ts";

const run = promisify(execFile);
const root = new URL("../../..", import.meta.url).pathname;
const user = new URL("./user", import.meta.url).pathname;

// What is published, installed into an empty folder, as somebody else's project would.
describe("the packed tarball", () => {
  let folder = "";
  let tarball = "";
  const bin = () => join(folder, "node_modules/.bin/dpop-edge");
  const packed = () => join(folder, "node_modules/dpop-edge");

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dpop-edge-package-"));
    const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder], {
      cwd: root,
    });
    tarball = join(folder, stdout.trim().split("\n").at(-1) ?? "");
    await cp(user, folder, { recursive: true });
    await writeFile(
      join(folder, "package.json"),
      '{"name":"somebody","private":true,"type":"module"}',
    );
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], {
      cwd: folder,
    });
  }, 120_000);
  afterAll(async () => {
    if (folder !== "") await rm(folder, { recursive: true, force: true });
  });

  test("passes publint and arethetypeswrong", async () => {
    const publint = await run("publint", ["run", tarball, "--strict"]);
    expect(publint.stdout).toContain("All good!");
    // ESM only: a require() of it is answered by Node's own require(esm).
    const types = await run("attw", [tarball, "--profile", "esm-only", "--format", "json"]);
    expect(JSON.parse(types.stdout)).toMatchObject({ analysis: { types: { kind: "included" } } });
  });

  test("holds no test, no source and no compiled documents", async () => {
    const { stdout } = await run("tar", ["-tzf", tarball]);
    const files = stdout.trim().split("\n");
    expect(files).toContain("package/dist/src/index.js");
    expect(files).toContain("package/schema/rules.schema.json");
    expect(
      files.filter((file) => /(^|\/)(test|bench|demo|build)\/|\.test\.|tsbuildinfo/.test(file)),
    ).toEqual([]);
    expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });

  test("decides on Node", async () => {
    const { stdout } = await run(process.execPath, ["user.js"], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      unmatched: "rule.unauthorized",
      missing: "credentials.missing",
      proven: "allow",
      again: "proof.replayed",
      upstream: "alice",
    });
  });

  test("answers API Gateway's events", async () => {
    const { stdout } = await run(process.execPath, ["aws.js"], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      effect: "Deny",
      code: "credentials.missing",
      status: 401,
      challenge: expect.stringMatching(/^DPoP/),
      store: "function",
    });
  });

  test("proves as a client on Node", async () => {
    const { stdout } = await run(process.execPath, ["client.js"], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      status: 200,
      asked: [true, true],
      kept: true,
      exports: ["function", "function", "function"],
    });
  });

  test("bundles a client for a browser, with nothing of the edge or of Node in it", async () => {
    const { outputFiles, metafile } = await build({
      stdin: {
        contents: `export * from "dpop-edge/client"; export * from "dpop-edge/client/browser";`,
        resolveDir: folder,
      },
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "browser",
    });
    const inputs = Object.keys(metafile.inputs).join("\n");
    expect(inputs).not.toMatch(
      /\/(zod|yaml)\/|authorizer|documents|dist\/src\/(dpop|token|route)\//,
    );
    expect(outputFiles[0]?.contents.length).toBeLessThan(60_000);
  });

  test("answers on the command line", async () => {
    const { stdout } = await run(join(folder, "node_modules/.bin/dpop-edge"), ["--version"]);
    expect(stdout.trim()).toBe(
      JSON.parse(await readFile(join(root, "package.json"), "utf8")).version,
    );
  });

  test("answers in a checkout too, without a build", async () => {
    const { stdout } = await run(process.execPath, [join(root, "bin/dpop-edge.js"), "--version"]);
    expect(stdout.trim()).toBe(
      JSON.parse(await readFile(join(root, "package.json"), "utf8")).version,
    );
  });

  test("protects a Worker in three lines", async () => {
    await run(process.execPath, ["compile.js"], { cwd: folder });
    const { outputFiles } = await build({
      entryPoints: [join(folder, "worker.js")],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2024",
      conditions: ["workerd", "worker", "browser"],
      external: ["cloudflare:*"],
    });
    const script = outputFiles[0]?.text ?? "";
    expect(script).not.toMatch(/node_modules\/(zod|yaml)\//);
    const worker = await startScript({ script, replay: true });
    try {
      const refused = await fetch(`${worker.url}/api/x`);
      expect(refused.status).toBe(401);
      expect(refused.headers.get("WWW-Authenticate")).toMatch(/^DPoP/);
      const open = await fetch(`${worker.url}/open`);
      expect(await open.text()).toBe("hello anonymous");
    } finally {
      await worker.stop();
    }
  });

  describe.each(["cloudflare", "aws"] as const)("dpop-edge init, %s", (target) => {
    const project = () => join(folder, target);
    const npm = (...args: string[]) => run("npm", args, { cwd: project() });

    beforeAll(async () => {
      const issuer = await listen((request, response) => {
        const { host = "" } = request.headers;
        const metadata = { issuer: `http://${host}/realm/`, jwks_uri: `http://${host}/keys` };
        const known = request.url === "/realm/.well-known/openid-configuration";
        response.writeHead(known ? 200 : 404).end(JSON.stringify(metadata));
      });
      const options = ["--target", target, "--issuer", `${issuer.url}/realm`, "--json"];
      const made = await run(bin(), ["init", target, ...options], { cwd: folder });
      await issuer.stop();
      expect(JSON.parse(made.stdout)).toMatchObject({ ok: true, folder: target });
      // What `npm install` would bring, without the wait.
      await mkdir(join(project(), "node_modules/.bin"), { recursive: true });
      await symlink(packed(), join(project(), "node_modules/dpop-edge"));
      await symlink(bin(), join(project(), "node_modules/.bin/dpop-edge"));
      for (const tool of ["wrangler", "esbuild", "osls"]) {
        await symlink(join(root, "node_modules", tool), join(project(), "node_modules", tool));
        await symlink(
          join(root, "node_modules/.bin", tool),
          join(project(), "node_modules/.bin", tool),
        );
      }
    });

    test("writes what the issuer says of itself, and secrets that others cannot read", async () => {
      const mechanisms = await readFile(join(project(), "config/mechanisms.yaml"), "utf8");
      expect(mechanisms).toMatch(/issuers: \[http:\/\/127\.0\.0\.1:\d+\/realm\/\]/);
      expect(mechanisms).toMatch(/jwks_endpoint: \{ url: http:\/\/127\.0\.0\.1:\d+\/keys \}/);
      expect((await stat(join(project(), ".dev.vars"))).mode & 0o777).toBe(0o600);
      expect(await readFile(join(project(), ".gitignore"), "utf8")).toContain(".dev.vars");
    });

    test("checks without a problem, and passes its own tests", async () => {
      expect((await npm("run", "check")).stdout).toContain("The documents are right: 1 rule.");
      expect((await npm("test")).stdout).toMatch(/pass 6\n.*fail 0/);
    });

    test(target === "aws" ? "packages" : "passes a dry run", async () => {
      const { stdout, stderr } = await npm("run", target === "aws" ? "package" : "dry-run");
      expect(`${stdout}${stderr}`).toContain(
        target === "aws" ? "Service packaged" : "--dry-run: exiting now",
      );
    });

    test("writes nothing over", async () => {
      const again = run(bin(), ["init", target, "--json"], { cwd: folder });
      await expect(again).rejects.toMatchObject({
        code: 2,
        stdout: expect.stringContaining("already has"),
      });
    });
  });
});
