import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProof, generateKey, importKey } from "../../../src/client/index.ts";
import { parseCompact } from "../../../src/jws/compact.ts";
import { createWorld, origin, start } from "../../core/authorizer/world.ts";
import { mechanisms, rules, spoil } from "../../core/documents/pair.ts";
import { challenge, har } from "../explain/har.ts";
import { cli, piped } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-explain-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return name;
};
const run = (...args: string[]) => cli(args, { cwd: folder });

/** With this on stdin. */
const fed = (input: string, ...args: string[]) => piped(input, args, { cwd: folder });

describe("dpop-edge keygen and proof", () => {
  test.each([
    ["P-256", "ES256"],
    ["Ed25519", "Ed25519"],
    ["RSA", "PS256"],
    ["ES384", "ES384"],
  ])("%s makes a key for %s, and proofs that a server can check", async (alg, expected) => {
    const name = `${alg}.json`;
    const made = JSON.parse((await run("keygen", "--alg", alg, "--out", name, "--json")).stdout);
    const key = await importKey(readFileSync(join(folder, name), "utf8"));
    expect(made).toMatchObject({ alg: expected, thumbprint: key.thumbprint, file: name });
    expect(JSON.stringify(made)).not.toContain('"d"');
    const asked = ["https://a.example/x?y=1", "-X", "PUT", "--key", name, "--nonce", "n"];
    const { stdout } = await run("proof", ...asked);
    const proof = parseCompact(stdout.trim());
    expect(proof?.header).toMatchObject({ typ: "dpop+jwt", alg: expected });
    expect(proof?.payload).toMatchObject({ htm: "PUT", htu: "https://a.example/x", nonce: "n" });
    expect(proof?.payload).not.toHaveProperty("ath");
  });

  test("a key that is there stays, but for --force", async () => {
    file("kept.json", "kept");
    const { code, stderr } = await run("keygen", "--out", "kept.json");
    expect([code, readFileSync(join(folder, "kept.json"), "utf8")]).toEqual([2, "kept"]);
    expect(stderr).toContain("--force");
    expect((await run("keygen", "--out", "kept.json", "--force")).code).toBe(0);
    expect(readFileSync(join(folder, "kept.json"), "utf8")).toContain('"kty"');
    expect(statSync(join(folder, "kept.json")).mode & 0o777).toBe(0o600);
  });

  test("to stdout goes the key alone, as PEM too", async () => {
    const { stdout } = await run("keygen", "--format", "pem");
    expect(await importKey(stdout)).toMatchObject({ alg: "ES256" });
  });

  test("a key that others can read is warned of", async () => {
    writeFileSync(join(folder, "open.json"), (await run("keygen")).stdout, { mode: 0o644 });
    const { code, stderr } = await run("proof", "https://a.example", "--key", "open.json");
    expect([code, stderr]).toEqual([
      0,
      "warning: others can read open.json: chmod 600 open.json\n",
    ]);
  });

  test("a token from a file, from its JSON, from stdin, or as it is", async () => {
    await run("keygen", "--out", "t.json");
    file("raw", "a-token\n");
    file("login", JSON.stringify({ access_token: "a-token" }));
    const proof = ["proof", "https://a.example", "--key", "t.json", "--json", "--token"];
    const runs = [
      run(...proof, "@raw"),
      run(...proof, "@login"),
      run(...proof, "a-token"),
      fed("a-token\n", ...proof, "@-"),
    ];
    const aths = (await Promise.all(runs)).map(({ stdout }) => JSON.parse(stdout).claims.ath);
    expect(new Set(aths)).toEqual(
      new Set([createHash("sha256").update("a-token").digest("base64url")]),
    );
  });

  // biome-ignore format: a row is a line
  test.each([
    ["an alg that is none", ["keygen", "--alg", "HS256"], "HS256"],
    ["no key", ["proof", "https://a.example", "--key", "nowhere"], "keygen --out"],
    ["a key that is none", ["proof", "https://a.example", "--key", file("bad", '{"kty":"EC","d":"secret-d"}')], "bad"],
    ["a URL that is none", ["proof", "/x", "--key", "nowhere"], "whole"],
    ["a file that cannot be written", ["keygen", "--out", "no/such/folder"], "no/such/folder"],
  ])("%s: exit code 2, and what to do", async (_, args, says) => {
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
    expect(stderr).not.toMatch(/secret-d| {4}at /);
  });
});

describe("dpop-edge explain", () => {
  let text = "";
  let token = "";
  let proofs: string[] = [];
  beforeAll(async () => {
    const world = createWorld();
    const key = await generateKey();
    const made = await har(world, key, [
      challenge("a-nonce-of-the-edge"),
      { at: 1, signed: { method: "POST" } },
    ]);
    ({ text, token, proofs } = made);
    file("jwks.json", await (await world.jwks()).text());
    file("mechanisms.yaml", mechanisms);
    file(
      "rules.yaml",
      spoil(
        spoil(rules, "        - path: /api/:name/*rest\n", "        - path: /api/:name\n"),
        '"[a-z]+"',
        '"[a-z]+"',
      ),
    );
    file(
      ".dev.vars",
      `DPOP_NONCE_KEYS='${world.secrets.DPOP_NONCE_KEYS?.replace("k1", "dpop-nonce-master-key-1")}'`,
    );
    const good = await createProof({
      key,
      method: "GET",
      url: `${origin}/api/x`,
      accessToken: token,
      now: () => start * 1000,
    });
    file("good.txt", `GET ${origin}/api/x\nAuthorization: DPoP ${token}\nDPoP: ${good}\n`);
  });
  const config = ["--config", ".", "--jwks", "jwks.json", "--secrets", ".dev.vars"];

  test("a HAR: which checks failed, the verdict, the pitfall, and no secret", async () => {
    file("session.har", text);
    const { code, stdout } = await run("explain", "session.har");
    expect(code).toBe(1);
    expect(stdout).toContain("1. GET https://api.example.com/api/x");
    expect(stdout).toContain("The server answered 401 use_dpop_nonce.");
    expect(stdout).toMatch(
      /FAIL {2}htm +proof\.htm, RFC 9449 section 4\.3, check 8\n +expected +GET\n +found +"POST"\n +change +\S/,
    );
    expect(stdout).toContain(
      "Pitfall: A proof for another method or URL (requests 2), request.other",
    );
    for (const secret of [token, ...proofs, "a-nonce-of-the-edge"])
      expect(stdout).not.toContain(secret);
    // No colours where nobody looks.
    expect(stdout).not.toContain("\x1b[");
  });

  test("one entry of it, as JSON, from stdin", async () => {
    const { code, stdout } = await fed(text, "explain", "-", "--entry", "2", "--json");
    expect(code).toBe(1);
    const { requests, pitfalls, ok, assumed } = JSON.parse(stdout);
    expect([requests.length, ok, assumed]).toEqual([1, false, true]);
    expect(requests[0].refused).toEqual({
      code: "proof.htm",
      status: 401,
      error: "invalid_dpop_proof",
    });
    expect(requests[0].checks).toContainEqual(
      expect.objectContaining({
        check: "proof.htm",
        outcome: "failed",
        expected: "GET",
        clause: "RFC 9449 section 4.3, check 8",
      }),
    );
    expect(pitfalls).toMatchObject([{ pitfall: "request.other", requests: [0] }]);
  });

  test("with the documents, the issuer's keys and the edge's secrets nothing is left out", async () => {
    const { code, stdout } = await run("explain", "good.txt", ...config, "--now", `${start}`);
    expect(code).toBe(1);
    expect(stdout).toContain("verified by the key issuer-1");
    expect(stdout).toContain("FAIL  nonce");
    expect(stdout).toContain("Refused: 401 use_dpop_nonce, nonce.missing.");
    expect(stdout.match(/ - {2}/g) ?? []).toHaveLength(1);
  });

  test("what passes: exit code 0", async () => {
    const { code, stdout } = await run(
      "explain",
      "good.txt",
      "--jwks",
      "jwks.json",
      "--now",
      new Date(start * 1000).toISOString(),
    );
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining("Passes, as far as it was checked"),
    ]);
  });

  test("a curl command, whose options are its own", async () => {
    const command = [
      "curl",
      "--json",
      "{}",
      "-H",
      `Authorization: DPoP ${token}`,
      "-H",
      `DPoP: ${proofs[1]}`,
      `${origin}/api/x`,
    ];
    const { code, stdout } = await run("explain", "--now", `${start + 1}`, ...command);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^POST https:\/\/api\.example\.com\/api\/x\n/),
    ]);
  });

  // biome-ignore format: a row is a line
  test.each([
    ["no such file", ["nowhere.txt"], "nowhere.txt"],
    ["no request in it", [file("empty.txt", "\n")], "empty"],
    ["two files", ["a", "b"], "curl"],
    ["no such entry", ["session.har", "--entry", "9"], "from 1 to 2"],
    ["a time that is none", ["good.txt", "--now", "noon"], "noon"],
    ["a JWK set that is none", ["good.txt", "--jwks", file("no.json", "{}")], "no.json"],
    ["no such folder", ["good.txt", "--config", "nowhere"], "nowhere"],
    ["no such secrets", ["good.txt", "--secrets", "nowhere"], "nowhere"],
    ["a HAR without tokens", [file("plain.har", JSON.stringify({ log: { entries: [1, 2].map(() => ({ request: { method: "GET", url: "https://a.example", headers: [] } })) } }))], "sensitive data"],
  ])("%s: exit code 2", async (_, args, says) => {
    const { code, stdout, stderr } = await run("explain", ...args, "--json");
    expect([code, JSON.parse(stdout)]).toEqual([2, { ok: false, error: expect.stringContaining(says) }]);
    expect(stderr).not.toMatch(/ {4}at /);
  });
});
