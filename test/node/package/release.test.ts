import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { checkVersion, released } from "../../../scripts/release/changelog.ts";
import { inventory } from "../../../scripts/release/inventory.ts";
import { licenceReport } from "../../../scripts/release/licences.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const run = promisify(execFile);

describe("a version", () => {
  test.each([
    ["0.1.1", "0.1.0"],
    ["0.2.0", "0.1.9"],
    ["1.0.0", "0.9.9"],
    ["0.10.0", "0.9.0"],
  ])("%s comes after %s", (next, before) => {
    expect(() => checkVersion(next, before)).not.toThrow();
  });

  test.each([
    ["0.1.0", "0.1.0", "not above"],
    ["0.9.9", "0.10.0", "not above"],
    ["1.0", "0.1.0", "not of the form"],
    ["v1.0.0", "0.1.0", "not of the form"],
  ])("%s does not come after %s", (next, before, why) => {
    expect(() => checkVersion(next, before)).toThrow(why);
  });
});

describe("the changelog", () => {
  const before =
    "# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 0.1.0, 2026-11-01\n\n- First.\n";

  test("what is unreleased becomes the version, and nothing is lost", () => {
    const after = released(before, "0.2.0", "2026-12-01");
    expect(after).toBe(
      before.replace("## Unreleased\n", "## Unreleased\n\n## 0.2.0, 2026-12-01\n"),
    );
    expect(() => released(after, "0.3.0", "2026-12-02")).toThrow("nothing under Unreleased");
  });

  test("a version stands there once", () => {
    expect(() => released(before, "0.1.0", "2026-12-01")).toThrow("0.1.0 already");
  });

  test("ours can be released", async () => {
    const own = await readFile(join(root, "CHANGELOG.md"), "utf8");
    expect(released(own, "9.9.9", "2026-12-01")).toContain("## 9.9.9, 2026-12-01");
  });
});

const part = (name: string, id?: string) => ({
  "bom-ref": `${name}@1.0.0`,
  name,
  version: "1.0.0",
  ...(id === undefined ? {} : { licenses: [{ license: { id } }] }),
});

describe("what is inside", () => {
  const whole = {
    serialNumber: "urn:uuid:1",
    metadata: { timestamp: "now", component: part("folder") },
    components: [part("ours"), part("below"), part("tool")],
    dependencies: [
      { ref: "folder@1.0.0", dependsOn: ["ours@1.0.0", "tool@1.0.0"] },
      { ref: "ours@1.0.0", dependsOn: ["below@1.0.0"] },
      { ref: "below@1.0.0", dependsOn: ["ours@1.0.0"] },
      { ref: "tool@1.0.0", dependsOn: ["ours@1.0.0"] },
    ],
  };

  test("what the dependencies reach, whoever else needs it; no moment, no machine", () => {
    const list = inventory(whole, "package", ["ours"]);
    expect(list.components.map(({ name }) => name)).toEqual(["ours", "below"]);
    expect(list.metadata).toEqual({ component: { ...part("folder"), name: "package" } });
    expect(list).not.toHaveProperty("serialNumber");
  });

  test("a dependency that is not there is named", () => {
    expect(() => inventory(whole, "package", ["ours", "gone"])).toThrow("lacks gone");
  });

  test("of this package, its licences included", async () => {
    const { name, dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const npm = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
    const { stdout } = await run("npm", npm, { cwd: root, maxBuffer: 1 << 28 });
    const list = inventory(JSON.parse(stdout), name, Object.keys(dependencies));
    expect(list.components.map((each) => each.name)).toEqual(
      expect.arrayContaining(Object.keys(dependencies)),
    );
    const report = licenceReport(list.components, () => undefined);
    for (const dependency of Object.keys(dependencies)) expect(report).toContain(dependency);
  });
});

describe("the licences", () => {
  test("name and text of each", () => {
    const report = licenceReport([part("a", "MIT"), part("b", "ISC")], (name) => `Text of ${name}`);
    expect(report).toContain("a 1.0.0: MIT\n\nText of a");
    expect(report).toContain("b 1.0.0: ISC\n\nText of b");
  });

  test.each([["GPL-3.0-only"], [undefined]])("%s is looked at by a person", (id) => {
    expect(() => licenceReport([part("a", "MIT"), part("x", id)], () => "")).toThrow("x@1.0.0");
  });
});

test("two tarballs of one tree are the same bytes", async () => {
  const pack = async () => {
    const folder = await mkdtemp(join(tmpdir(), "dpop-edge-pack-"));
    const npm = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
    const { stdout } = await run("npm", npm, { cwd: root });
    const bytes = await readFile(join(folder, stdout.trim().split("\n").at(-1) ?? ""));
    await rm(folder, { recursive: true });
    return bytes;
  };
  const first = await pack();
  expect(first.length).toBeGreaterThan(100_000);
  expect(first.equals(await pack())).toBe(true);
});
