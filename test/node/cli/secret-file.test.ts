import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeSecretFile } from "../../../adapters/node/secret-file.ts";
import { fileTokenStore } from "../../../adapters/node/token-file.ts";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dpop-edge-secret-"));
  file = join(folder, "secret");
});
afterEach(() => rmSync(folder, { recursive: true }));

const mode = () => statSync(file).mode & 0o777;
const readable = (text: string) => {
  writeFileSync(file, text);
  chmodSync(file, 0o644);
};

describe("a file with a secret", () => {
  test("is its owner's alone, and nothing is left beside it", async () => {
    await writeSecretFile(file, "new");
    expect([mode(), readFileSync(file, "utf8"), readdirSync(folder)]).toEqual([
      0o600,
      "new",
      ["secret"],
    ]);
  });

  test("in place of one that others could read is not readable to them, nor to who holds it open", async () => {
    readable("old");
    linkSync(file, join(folder, "other"));
    await writeSecretFile(file, "new", { replace: true });
    expect([mode(), readFileSync(file, "utf8")]).toEqual([0o600, "new"]);
    expect(readFileSync(join(folder, "other"), "utf8")).toBe("old");
  });

  test("never replaces one that is there, unless told", async () => {
    readable("old");
    await expect(writeSecretFile(file, "new")).rejects.toMatchObject({ code: "EEXIST" });
    expect([mode(), readFileSync(file, "utf8"), readdirSync(folder)]).toEqual([
      0o644,
      "old",
      ["secret"],
    ]);
  });

  test("of twenty that are written at once one is there, whole", async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(50_000));
    const settled = await Promise.allSettled(texts.map((text) => writeSecretFile(file, text)));
    const kept = settled.flatMap(({ status }, index) => (status === "fulfilled" ? [index] : []));
    expect(kept).toHaveLength(1);
    expect(readFileSync(file, "utf8")).toBe(texts[kept[0] ?? -1]);
    expect(readdirSync(folder)).toEqual(["secret"]);
  });

  test("behind a link is replaced there; a link that leads nowhere is not followed", async () => {
    const real = join(folder, "real");
    writeFileSync(real, "old");
    symlinkSync(real, file);
    await writeSecretFile(file, "new", { replace: true });
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect([readFileSync(real, "utf8"), statSync(real).mode & 0o777]).toEqual(["new", 0o600]);
    rmSync(real);
    await expect(writeSecretFile(file, "new")).rejects.toMatchObject({ code: "EEXIST" });
  });

  test.each(["mkdir", "mkfifo"])("what %s has made is not replaced", async (command) => {
    execFileSync(command, [file]);
    await expect(writeSecretFile(file, "new", { replace: true })).rejects.toThrow("is no file");
    expect([readdirSync(folder), statSync(file).isFile()]).toEqual([["secret"], false]);
  });

  test("of tokens: one that others could read is its owner's alone after the next write", async () => {
    readable("{}");
    linkSync(file, join(folder, "other"));
    const resource = "https://api.example.com";
    const grant = {
      resource,
      issuer: "https://idp.example",
      access_token: "a",
      token_type: "DPoP",
    };
    await fileTokenStore({ path: file }).write(resource, grant);
    expect([mode(), JSON.parse(readFileSync(file, "utf8"))]).toEqual([
      0o600,
      { [resource]: grant },
    ]);
    expect(readFileSync(join(folder, "other"), "utf8")).toBe("{}");
  });
});
