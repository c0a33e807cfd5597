import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checks, find } from "../../model/checks.ts";
import { missing, read, run } from "../../model/spin.ts";

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = text("docs/replay-model.md");
const models = ["generation", "durable", "routing", "client"] as const;

describe("the checks of the model", () => {
  test.each(models)("%s: every switch in the model is checked, and no other", (model) => {
    const source = text(`model/${model}.pml`);
    const known = [...source.matchAll(/^#ifn?def (\w+)$/gm)].map(([, name]) => name);
    const asked = checks
      .filter((check) => check.model === model)
      .flatMap(({ switches }) => switches.map((name) => name.replace(/=.*/, "")));
    expect(new Set(asked.filter((name) => !known.includes(name)))).toEqual(new Set());
    const sizes = ["INSTANCES", "SECONDS"];
    const mutants = known.filter((name) => name !== undefined && !sizes.includes(name));
    expect(new Set(mutants.filter((name) => !asked.includes(name ?? "")))).toEqual(new Set());
  });

  test("a mutant is expected to fail, the protocol to hold", () => {
    for (const { kind, expected, name } of checks)
      expect(`${name}: ${kind === "protocol"}`).toBe(`${name}: ${expected === "holds"}`);
  });

  test("names are unique", () => {
    const names = checks.map(({ model, name }) => `${model}/${name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(find(name)).toBeDefined();
    expect(find("no-such-check")).toBeUndefined();
  });

  test("the page explains every mutant, and none that is gone", () => {
    const explained = [...page.matchAll(/^\| (\w+) \| `([\w-]+)` \| .{20,} \|$/gm)];
    const mutants = checks.filter(({ kind }) => kind === "mutant");
    expect(new Set(explained.map(([, model, name]) => `${model}/${name}`))).toEqual(
      new Set(mutants.map(({ model, name }) => `${model}/${name}`)),
    );
  });

  test("whatever the page names like a check is one", () => {
    const named = [...page.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => find(name) === undefined)).toEqual([]);
  });
});

describe("the checker's verdict", () => {
  const found = "State-vector 92 byte, depth reached 41, errors:";

  test.each([
    ["holds", `${found} 0\n   100 states, stored`],
    [
      "twice",
      `pan:1: assertion violated  !(accepted) (at depth 41)\n${found} 1\n 9 states, stored`,
    ],
    ["broken", `pan:1: assertion violated (challenges<=2)\n${found} 1\n 9 states, stored`],
    ["never", `pan:1: acceptance cycle (at depth 90)\n${found} 1\n 9 states, stored`],
  ])("%s", (verdict, said) => {
    expect(read(said, "a check").verdict).toBe(verdict);
  });

  test.each([
    ["out of memory", `pan: reached -DMEMLIM bound\n${found} 0\n 100 states, stored`],
    ["too deep", `error: max search depth too small\n${found} 0\n 100 states, stored`],
    ["nothing explored", `${found} 0\n 0 states, stored`],
    ["another error", `pan:1: invalid end state\n${found} 1\n 100 states, stored`],
    ["silence", ""],
  ])("none: %s", (_, said) => {
    expect(() => read(said, "a check")).toThrow("a check: no verdict from the checker");
  });
});

describe("npm run model", () => {
  const main = fileURLToPath(new URL("../../model/main.ts", import.meta.url));

  test("without the checker says what to install", () => {
    const { status, stderr } = spawnSync(process.execPath, [main], {
      env: { PATH: "" },
      encoding: "utf8",
    });
    expect(stderr).toContain("npm run model needs spin and gcc, which this machine lacks.");
    expect(stderr).toContain("apt-get install spin gcc");
    expect(status).toBe(1);
  });

  test.skipIf(missing().length > 0).each([
    ["routing", "holds"],
    ["forgets-an-old-nonce", "twice"],
    ["superseded-lives-on", "never"],
  ])("asks Spin about %s", async (name, verdict) => {
    const check = find(name);
    if (check === undefined) throw new Error(name);
    const outcome = await run(check);
    expect(outcome.verdict).toBe(verdict);
    expect(outcome.states).toBeGreaterThan(0);
    expect(outcome.trace.length > 0).toBe(verdict !== "holds");
  });
});
