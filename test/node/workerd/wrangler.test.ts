import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { compatibilityDate, compatibilityFlags } from "../../../cli/workerd/workerd.ts";
import { refusals } from "../../../src/decision.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const wranglerBin = join(root, "node_modules/wrangler/bin/wrangler.js");
const quiet = { CI: "1", WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };

let folder: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dpop-edge-"));
  const document = await readFile(join(root, "config/mechanisms.yaml"), "utf8");
  await writeFile(
    join(folder, "mechanisms.yaml"),
    document.replace("nonce_required", "nonce_requird"),
  );
  await writeFile(join(folder, "rules.yaml"), await readFile(join(root, "config/rules.yaml")));
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "close");
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Running {
  readonly output: () => string;
  readonly ended: Promise<number>;
}

function wrangler(args: readonly string[], environment: Record<string, string> = {}): Running {
  const { DPOP_EDGE_CONFIG: _, ...inherited } = process.env;
  const env = { ...inherited, ...quiet, ...environment };
  const child = spawn(process.execPath, [wranglerBin, ...args], { cwd: root, env });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
    });
  return { output: () => output, ended: once(child, "close").then(([code]) => Number(code)) };
}

test("a dry run bundles under 54 KiB gzip, without a YAML parser, a schema library or any package", async () => {
  const out = join(folder, "out");
  const { output, ended } = wrangler(["deploy", "--dry-run", "--outdir", out]);
  expect(await ended, output()).toBe(0);
  const size = /gzip: ([\d.]+) KiB/.exec(output());
  expect(Number(size?.[1])).toBeLessThan(54);

  const map: unknown = JSON.parse(await readFile(join(out, "worker.js.map"), "utf8"));
  const sources = typeof map === "object" && map !== null && "sources" in map ? map.sources : [];
  const bundled = Array.isArray(sources) ? sources.map(String) : [];
  expect(bundled.some((source) => source.endsWith("/src/authorizer.ts"))).toBe(true);
  expect(bundled.some((source) => source.endsWith("/build/documents.js"))).toBe(true);
  const packages = bundled.flatMap((source) => /node_modules\/([^/]+)/.exec(source)?.[1] ?? []);
  expect(packages).toEqual([]);
  expect(bundled.filter((source) => source.includes("/src/documents/"))).toEqual([]);
});

test.each([
  ["deploy --dry-run", ["deploy", "--dry-run"]],
  ["dev", ["dev", "--ip", "127.0.0.1", "--port", "0"]],
])("wrangler %s stops on a bad document, with the compile's message", async (_, args) => {
  const { output, ended } = wrangler(args, { DPOP_EDGE_CONFIG: folder });
  expect(await ended).toBe(1);
  expect(output()).toMatch(/mechanisms\.yaml:\d+:\d+ .*nonce_requird/);
  expect(output()).toContain("did you mean nonce_required?");
});

test("wrangler dev serves the Worker", async () => {
  const { output } = wrangler(["dev", "--ip", "127.0.0.1", "--port", "0", "--inspector-port", "0"]);
  const ready = /Ready on (http:\/\/127\.0\.0\.1:\d+)/;
  await expect.poll(output, { timeout: 40_000 }).toMatch(ready);
  // The shipped documents are for another origin than this one.
  const response = await fetch(`${ready.exec(output())?.[1]}/`);
  const { code, error_description } = JSON.parse(await response.text());
  expect(response.status).toBe(421);
  expect(code).toBe("route.misdirected");
  expect(error_description).toBe(refusals["route.misdirected"].says);
});

test("`dpop-edge dev` runs with the date, flags and object that wrangler deploys", () => {
  const config = unstable_readConfig({ config: join(root, "wrangler.toml") });
  expect(config.compatibility_date).toBe(compatibilityDate);
  expect(config.compatibility_flags).toEqual(compatibilityFlags);
  expect(config.durable_objects.bindings).toEqual([
    expect.objectContaining({ name: "REPLAY", class_name: "ReplayShard" }),
  ]);
  expect(config.migrations).toEqual([{ tag: "v1", new_sqlite_classes: ["ReplayShard"] }]);
});

test("what wrangler.toml has for serve.revocation binds the object of the list, once uncommented", async () => {
  const shipped = await readFile(join(root, "wrangler.toml"), "utf8");
  const [about = "", ...lines] = (
    /^# For serve\.revocation[\s\S]*?\n\n/m.exec(shipped)?.[0] ?? ""
  ).split("\n");
  const [, main = ""] = /main = "([^"]+)"/.exec(about) ?? [];
  expect(await readFile(join(root, main), "utf8")).toContain("RevocationList");
  const file = join(folder, "revoking.toml");
  const uncommented = lines.map((line) => line.replace(/^# ?/, "")).join("\n");
  await writeFile(file, `${shipped}\n${uncommented}`);
  const { durable_objects, migrations } = unstable_readConfig({ config: file });
  expect(durable_objects.bindings.at(-1)).toMatchObject({
    name: "REVOCATIONS",
    class_name: "RevocationList",
  });
  expect(migrations.at(-1)).toEqual({ tag: "v2", new_sqlite_classes: ["RevocationList"] });
});
