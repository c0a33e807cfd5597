import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { masterKey, signingKey } from "../../../cli/secret/secret.ts";
import { createSecrets } from "../../../src/secrets.ts";
import { cli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-secret-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("dpop-edge secret", () => {
  const read = (kind: "jwks" | "pem", text: string) =>
    createSecrets({ made: { kind, from: { binding: "MADE" } } }, () => text);

  test("master-key makes a key that nonces can be made with", async () => {
    const { code, stdout, stderr } = await cli(["secret", "master-key"]);
    const [key, ...others] = await read("jwks", stdout).symmetricKeys("made");
    expect([code, key?.kid, key?.bytes.length, others]).toEqual([
      0,
      "dpop-nonce-master-key-1",
      32,
      [],
    ]);
    expect(stderr).toContain("npx wrangler secret put DPOP_NONCE_KEYS");
    expect((await cli(["secret", "master-key"])).stdout).not.toBe(stdout);
  });

  test("signing-key makes a key that tokens can be signed with", async () => {
    const { code, stdout } = await cli(["secret", "signing-key"]);
    const [key] = await read("pem", stdout).signingKeys("made");
    expect([code, key?.alg]).toEqual([0, "ES256"]);
    const [named] = await read(
      "pem",
      (await cli(["secret", "signing-key", "--kid", "key-1"])).stdout,
    ).signingKeys("made");
    expect(named?.kid).toBe("key-1");
    expect((await cli(["secret", "signing-key", "--kid", "a\nb"])).code).toBe(2);
  });

  test.each(["", "a b", "it's", 'a"b', "a\\nb", "a`b", "$HOME", "k\u00e9y"])(
    "no kid breaks out of its line: %j",
    async (kid) => {
      expect(() => masterKey({ kid })).toThrow("--kid is printable ASCII");
      await expect(signingKey({ kid })).rejects.toThrow("--kid is printable ASCII");
    },
  );

  test.each([
    ["master-key", "DPOP_NONCE_KEYS", "jwks"],
    ["signing-key", "SIGNING_KEY_PEM", "pem"],
  ] as const)("%s as a line of a dotenv file", async (command, name, kind) => {
    const { stdout } = await cli(["secret", command, "--dotenv", name]);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    const file = join(folder, `${command}.env`);
    writeFileSync(file, stdout);
    const loaded = await new Promise<string>((resolve) => {
      execFile(process.execPath, [`--env-file=${file}`, "-p", `process.env.${name}`], (_, text) =>
        resolve(text),
      );
    });
    const secrets = read(kind, loaded);
    const keys =
      kind === "jwks" ? await secrets.symmetricKeys("made") : await secrets.signingKeys("made");
    expect(keys).toHaveLength(1);
  });
});
