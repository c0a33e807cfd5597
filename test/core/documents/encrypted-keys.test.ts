import { expect, test } from "vitest";
import { compilePair, mechanisms, problemsOf, spoil } from "./pair.ts";

const compiled = (password: string) =>
  compilePair({
    mechanisms: spoil(
      mechanisms,
      "{secret: SIGNING_KEY_PEM}",
      `{secret: SIGNING_KEY_PEM, password: ${password}}`,
    ),
  });

test("a password is a reference; the code that decrypts travels only with one", () => {
  const result = compiled("{source: idp_key}");
  expect(problemsOf(result)).toEqual([]);
  const plain = compilePair({});
  if (!result.ok || !plain.ok) throw new Error("it does not compile");
  expect(result.configuration.secrets.signing_keys?.password).toEqual({ source: "idp_key" });
  expect(result.configuration.needs).toContain("encryptedKeys");
  expect(plain.configuration.needs).not.toContain("encryptedKeys");
});

test.each([
  ["a source that there is not", "{source: idp_kei}", "source", /no such secret source/],
  ["keys", "{source: nonce_keys}", "source", /holds nothing for credentials/],
  ["the password itself", "hunter2", undefined, /./],
])("%s is none", (_, password, key, reason) => {
  const problems = problemsOf(compiled(password));
  expect(problems).toHaveLength(1);
  const path = "secret_management.signing_keys.config.password";
  expect(problems[0]?.path).toBe(key ? `${path}.${key}` : path);
  expect(problems[0]?.reason).toMatch(reason);
  expect(JSON.stringify(problems)).not.toContain("hunter2");
});
