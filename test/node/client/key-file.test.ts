import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileKeyStore } from "../../../adapters/node/index.ts";
import { createDpopClient, exportKey, generateKey } from "../../../src/client/index.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dpop-edge-key-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const fresh = () => join(folder, randomUUID(), "key.jwk");
const client = (options: Parameters<typeof fileKeyStore>[0], algorithms = ["ES256"]) =>
  createDpopClient({ keyStore: fileKeyStore(options), algorithms });

describe("a key file", () => {
  test("is made once, for its owner only, and read by the next process", async () => {
    const path = fresh();
    const key = await client({ path }).key();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await client({ path }).key();
    expect(again.thumbprint).toBe(key.thumbprint);
    expect(await readdir(join(path, ".."))).toEqual(["key.jwk"]);
  });

  test("gives a key that memory does not give away", async () => {
    const path = fresh();
    for (const _ of ["made", "read"]) {
      const key = await client({ path }).key();
      await expect(exportKey(key, "jwk")).rejects.toThrow("cannot be exported");
    }
  });

  test("is the same for processes that start at once", async () => {
    const path = fresh();
    const keys = await Promise.all(Array.from({ length: 20 }, () => client({ path }).key()));
    expect(new Set(keys.map(({ thumbprint }) => thumbprint)).size).toBe(1);
    expect(await readdir(join(path, ".."))).toEqual(["key.jwk"]);
  });

  test("that others can read is warned of, each time", async () => {
    const path = fresh();
    const warnings: string[] = [];
    const warn = (message: string) => void warnings.push(message);
    await client({ path, warn }).key();
    await client({ path, warn }).key();
    expect(warnings).toEqual([]);
    await chmod(path, 0o644);
    await client({ path, warn }).key();
    expect(warnings).toEqual([`Others can read the key in ${path}: run chmod 600 ${path}`]);
  });

  test("with a passphrase says nothing without it", async () => {
    const path = fresh();
    const key = await client({ path, passphrase: "correct horse" }).key();
    const text = await readFile(path, "utf8");
    expect(text).toMatch(/^eyJ[\w-]+(\.[\w-]+){4}\n$/);
    const header: unknown = JSON.parse(
      Buffer.from(text.split(".")[0] ?? "", "base64url").toString(),
    );
    expect(header).toMatchObject({ alg: "PBES2-HS512+A256KW", p2c: 210_000 });
    const again = await client({ path, passphrase: "correct horse" }).key();
    expect(again.thumbprint).toBe(key.thumbprint);
    await expect(client({ path, passphrase: "wrong" }).key()).rejects.toThrow("wrong passphrase");
    await expect(client({ path }).key()).rejects.toThrow("a passphrase is needed");
  });

  test("may be a PEM of one's own", async () => {
    const path = join(folder, "own.pem");
    const own = await generateKey({ alg: "Ed25519", extractable: true });
    await writeFile(path, await exportKey(own, "pem"), { mode: 0o600 });
    expect((await client({ path }).key()).thumbprint).toBe(own.thumbprint);
  });

  test("that is damaged is named, and left as it is", async () => {
    const path = join(folder, "damaged.jwk");
    await writeFile(path, '{"kty":"EC"}', { mode: 0o600 });
    await expect(client({ path }).key()).rejects.toThrow(path);
    expect(await readFile(path, "utf8")).toBe('{"kty":"EC"}');
  });

  test("is replaced only by whoever knows the key that it holds", async () => {
    const path = fresh();
    const store = fileKeyStore({ path });
    const make = () => generateKey({ extractable: true });
    const [first, second, third] = await Promise.all([make(), make(), make()]);
    expect((await store.keep(first)).thumbprint).toBe(first.thumbprint);
    expect((await store.keep(second)).thumbprint).toBe(first.thumbprint);
    expect((await store.keep(second, first)).thumbprint).toBe(second.thumbprint);
    expect((await store.keep(third, first)).thumbprint).toBe(second.thumbprint);
    expect((await store.read())?.thumbprint).toBe(second.thumbprint);
  });
});
