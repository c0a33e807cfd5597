import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { config14, rules14 } from "../convert/documents.ts";
import { cli } from "./run-cli.ts";

const small =
  "mechanisms: {authenticators: [{id: deny_all, type: unauthorized}]}\ndefault_rule: {execute: [{authenticator: deny_all}]}\n";

describe("dpop-edge check", () => {
  const folder = mkdtempSync(join(tmpdir(), "dpop-edge-check-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("says which version it recognises, and what converts it", async () => {
    mkdirSync(join(folder, "old"));
    writeFileSync(join(folder, "old", "heimdall-config.yaml"), config14);
    writeFileSync(join(folder, "old", "rules.yaml"), rules14);
    const { code, stderr } = await cli(["check", "--config", "old"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain(
      "They are of Heimdall 0.14: npx dpop-edge convert old --out NEW writes them in today's spelling.\n",
    );
    const json = await cli(["check", "--config", "old", "--json"], { cwd: folder });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, recognised: "0.14" });
  });

  test("what convert has written is not sent to convert again", async () => {
    const { stdout } = await cli(["convert", "old", "--out", "new"], { cwd: folder });
    expect(stdout).toContain("check finds");
    const { code, stderr } = await cli(["check", "--config", "new"], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).not.toContain("dpop-edge convert");
    expect(stderr).toContain("What convert has left to you is marked # TODO in them.");
  });

  test("the folder above the documents is sent to them", async () => {
    mkdirSync(join(folder, "project", "config"), { recursive: true });
    writeFileSync(join(folder, "project", "config", "mechanisms.yaml"), small);
    const { code, stderr } = await cli(["check", "--config", "project"], { cwd: folder });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("there is no mechanisms.yaml\n  name project/config\n"),
    ]);
  });

  test("reads UTF-16, as PowerShell writes it", async () => {
    mkdirSync(join(folder, "wide"));
    const wide = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");
    writeFileSync(join(folder, "wide", "mechanisms.yaml"), wide(small));
    writeFileSync(join(folder, "wide", "rules.yaml"), wide("rules: []\n"));
    const { code, stdout } = await cli(["check", "--config", "wide"], { cwd: folder });
    expect([code, stdout]).toEqual([0, expect.stringContaining("The documents are right")]);
    const converted = ["convert", "wide", "--out", "narrow"];
    expect((await cli(converted, { cwd: folder })).stdout).toContain("wrote mechanisms.yaml");
  });

  test("reads rules in JSON", async () => {
    mkdirSync(join(folder, "json", "rules"), { recursive: true });
    writeFileSync(join(folder, "json", "mechanisms.yaml"), small);
    const rules = {
      rules: [{ id: "a", match: { path: "/a" }, forward_to: { host: "a.example" } }],
    };
    writeFileSync(join(folder, "json", "rules", "a.json"), JSON.stringify(rules));
    expect(await cli(["check", "--config", "json"], { cwd: folder })).toMatchObject({
      code: 0,
      stdout: "The documents are right: 1 rule.\n",
    });
  });
});
