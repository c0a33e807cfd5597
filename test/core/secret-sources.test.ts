import { describe, expect, test } from "vitest";
import type { SecretSource } from "../../src/configuration.ts";
import { createSecrets, select } from "../../src/secrets.ts";
import * as pem from "./mint/pem-keys.ts";

const from = { binding: "SIGNING_KEY_PEM" };

function secretsOf(kind: SecretSource["kind"], text: string | undefined) {
  return createSecrets({ keys: { kind, from } }, () => text);
}

describe("a source", () => {
  test("is read once, and again after it failed", async () => {
    let reads = 0;
    let text: string | undefined;
    const secrets = createSecrets({ keys: { kind: "pem", from } }, () => {
      reads += 1;
      return text;
    });
    await expect(secrets.signingKeys("keys")).rejects.toThrow(
      /there is no such secret, or it is empty/,
    );
    text = pem.ecP256;
    const keys = await secrets.signingKeys("keys");
    expect(await secrets.signingKeys("keys")).toBe(keys);
    expect(reads).toBe(2);
  });

  test("that was asked for a key that is not in it is read again, until it is", async () => {
    let text = pem.ecP256;
    const secrets = createSecrets({ keys: { kind: "pem", from } }, () => text);
    const [old] = await secrets.signingKeys("keys");
    const reference = { source: "keys", selector: pem.ed25519Thumbprint };
    expect(() => select([old ?? expect.unreachable()], reference)).toThrow(/holds no/);
    expect((await secrets.signingKeys(reference))[0]?.kid).toBe(old?.kid);
    text = pem.ed25519;
    const healed = await secrets.signingKeys(reference);
    expect(select(healed, reference).alg).toBe("EdDSA");
    text = pem.ecP256;
    expect(await secrets.signingKeys(reference)).toBe(healed);
  });

  test("that held several where one was meant is read again", async () => {
    let text = pem.ecP256 + pem.ed25519;
    const secrets = createSecrets({ keys: { kind: "pem", from } }, () => text);
    const reference = { source: "keys" };
    const several = await secrets.signingKeys(reference);
    expect(() => select(several, reference)).toThrow(/add a selector/);
    text = pem.ed25519;
    expect(select(await secrets.signingKeys(reference), reference).alg).toBe("EdDSA");
  });

  test("of texts is read anew for who says that the one at hand did not serve", async () => {
    let text = "wrong";
    const secrets = createSecrets({ keys: { kind: "inline", from } }, () => text);
    const reference = { source: "keys" };
    expect(await secrets.text(reference)).toBe("wrong");
    text = "right";
    expect(await secrets.text(reference)).toBe("wrong");
    expect(await secrets.text(reference, true)).toBe("right");
    expect(await secrets.text(reference)).toBe("right");
  });

  test("that the documents do not name is said", async () => {
    for (const name of ["other", "constructor"]) {
      await expect(secretsOf("pem", pem.ecP256).signingKeys(name)).rejects.toThrow(
        `There is no secret source "${name}".`,
      );
    }
  });

  test("whose reading throws says nothing of what was thrown", async () => {
    const secrets = createSecrets({ keys: { kind: "pem", from } }, () => {
      throw new Error("hunter2");
    });
    await expect(secrets.signingKeys("keys")).rejects.toThrow(
      'The secret source "keys" (secret SIGNING_KEY_PEM): it cannot be read.',
    );
  });
});

describe("a reference", () => {
  const keys = [{ kid: "old" }, { kid: "new" }];
  test("picks by kid, or the only key", () => {
    expect(select(keys, { source: "s", selector: "new" })).toBe(keys[1]);
    expect(select(keys.slice(0, 1), { source: "s" })).toBe(keys[0]);
  });
  test("without a selector lists the kids", () => {
    expect(() => select(keys, { source: "s" })).toThrow(/add a selector, one of "old", "new"/);
    expect(() => select(keys, { source: "s", selector: "x" })).toThrow(
      /must be one of "old", "new"/,
    );
  });
});
