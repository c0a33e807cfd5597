import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { replaceSecret } from "../../../cli/rotate/secrets-file.ts";
import { signingSetText } from "../../../cli/secret/texts.ts";
import { project } from "./platform.ts";

type Project = Awaited<ReturnType<typeof project>>;
let here: Project | undefined;
afterEach(async () => {
  const { said = [], kept, calls } = here ?? {};
  const values = Object.values(kept?.() ?? {}).flatMap(
    (text = "") => text.match(/[\w+/=-]{30,}/g) ?? [],
  );
  const told = [...said, ...(calls?.() ?? [])].join("\n");
  expect(values.filter((value) => told.includes(value))).toEqual([]);
  await here?.stop();
});

async function begin(watched: boolean): Promise<Project> {
  here = await project({ watched });
  return here;
}

const kids = (text: string) =>
  [...text.matchAll(/X-Key-ID: (\S+)|"kid":"(\w+)"/g)].map(([, pem, jwk]) => pem ?? jwk);

test("the signing key, on Cloudflare, from the first step to the last", async () => {
  const { rotate, write, passes, calls, stored, kept, secrets } = await begin(true);
  const step = (...args: string[]) =>
    rotate("signing-key", "--kid", "s2", "--target", "cloudflare", ...args);

  expect((await step()).json).toMatchObject({ next: { do: "pin" }, from: "s1", to: "s2" });
  // Nothing is deployed before the documents say it.
  expect(await step("--apply")).toMatchObject({ code: 1, json: { next: { do: "refuse" } } });
  write({ tokens: "s1" });
  expect(await step("--apply")).toMatchObject({ code: 0, json: { applied: "pin" } });
  expect((await step()).json).toMatchObject({
    next: { do: "add" },
    commands: ["npx wrangler secret put SIGNING_KEY_PEM < the-set"],
  });
  expect(await step("--apply")).toMatchObject({ code: 0, json: { applied: "add" } });
  expect(kids(stored("SIGNING_KEY_PEM"))).toEqual(["s1", "s2"]);

  // The wrong order: nobody knows the new key yet.
  write({ tokens: "s2" });
  expect(await step("--apply")).toMatchObject({ code: 1, json: { next: { do: "refuse" } } });
  write({ tokens: "s1" });
  const waits = (await step("--apply")).json;
  expect(waits).toMatchObject({ next: { do: "wait", until: "select" } });
  passes(361);
  expect((await step()).json).toMatchObject({ next: { do: "select" } });
  expect(await step("--apply")).toMatchObject({ code: 1 });
  write({ tokens: "s2" });
  expect(await step("--apply")).toMatchObject({ code: 0, json: { applied: "select" } });
  passes(300);
  expect((await step("--apply")).json).toMatchObject({ next: { do: "wait", until: "remove" } });
  passes(61);
  expect(await step("--apply")).toMatchObject({ code: 0, json: { applied: "remove" } });
  expect(kids(stored("SIGNING_KEY_PEM"))).toEqual(["s2"]);
  expect((await step()).json).toMatchObject({ next: { do: "done" } });
  expect((await step()).json).toMatchObject({ next: { do: "begin" }, holds: ["s2"] });

  expect(calls()).toEqual([
    "wrangler deploy",
    "wrangler secret put SIGNING_KEY_PEM",
    "wrangler deploy",
    "wrangler secret put SIGNING_KEY_PEM",
  ]);
  expect(kept().SIGNING_KEY_PEM).toBe(stored("SIGNING_KEY_PEM"));
  expect(kept().MONITOR).toBe("a-long-monitor-secret");
  expect(statSync(secrets).mode & 0o777).toBe(0o600);
  expect(existsSync(`${secrets}.rotation.json`)).toBe(false);
});

test("the master key, on AWS, where nothing can be seen", async () => {
  const { rotate, write, passes, calls, stored } = await begin(false);
  const step = (...args: string[]) =>
    rotate("master-key", "--kid", "k2", "--target", "aws", ...args);
  write({ nonces: "k1" });
  expect((await step()).json).toMatchObject({ next: { do: "add" } });
  expect(await step("--done")).toMatchObject({ code: 2 });
  expect(await step("--apply")).toMatchObject({ code: 0, json: { applied: "add" } });
  expect(kids(stored("DPOP_NONCE_KEYS"))).toEqual(["k1", "k2"]);
  expect((await step()).json).toMatchObject({ next: { do: "wait", until: "select" } });
  passes(61);
  write({ nonces: "k2" });
  expect((await step()).json).toMatchObject({ next: { do: "select" }, unseen: expect.anything() });
  // Deployed by hand.
  expect((await step("--done")).json).toMatchObject({ next: { do: "wait", until: "remove" } });
  passes(181);
  expect(await step("--apply")).toMatchObject({ code: 0, json: { applied: "remove" } });
  expect(kids(stored("DPOP_NONCE_KEYS"))).toEqual(["k2"]);
  const stores =
    "aws ssm put-parameter --overwrite --type SecureString --name /dpop-edge/DPOP_NONCE_KEYS --value file:///dev/stdin";
  expect(calls()).toEqual([stores, "osls deploy --force", stores, "osls deploy --force"]);
});

test("a tool that fails: the new key is kept, and stored the next time", async () => {
  const { rotate, write, kept, stored, store } = await begin(true);
  const step = (...args: string[]) =>
    rotate("master-key", "--kid", "k2", "--target", "cloudflare", ...args);
  write({ nonces: "k1" });
  expect(await step("--apply")).toMatchObject({ code: 0, json: { applied: "pin" } });
  writeFileSync(join(store, "broken"), "");
  expect(await step("--apply")).toMatchObject({ code: 3 });
  const { DPOP_NONCE_KEYS: made } = kept();
  expect([kids(made ?? ""), kids(stored("DPOP_NONCE_KEYS"))]).toEqual([["k1", "k2"], ["k1"]]);
  // What can be seen is not taken on somebody's word.
  expect(await step("--done")).toMatchObject({ code: 2 });
  rmSync(join(store, "broken"));
  expect(await step("--apply")).toMatchObject({ code: 0, json: { applied: "add" } });
  expect(stored("DPOP_NONCE_KEYS")).toBe(made);
});

test("a compromised master key is replaced in one step, under its id", async () => {
  const { rotate, calls, kept, stored } = await begin(true);
  const before = stored("DPOP_NONCE_KEYS");
  const told = await rotate("master-key", "--compromised", "--target", "cloudflare");
  expect(told.json).toMatchObject({ applied: false, kid: "k1" });
  const done = await rotate("master-key", "--compromised", "--target", "cloudflare", "--apply");
  expect(done).toMatchObject({ code: 0, json: { applied: true, kid: "k1" } });
  expect(kids(stored("DPOP_NONCE_KEYS"))).toEqual(["k1"]);
  expect(stored("DPOP_NONCE_KEYS")).not.toBe(before);
  expect(kept().DPOP_NONCE_KEYS).toBe(stored("DPOP_NONCE_KEYS"));
  expect(calls()).toEqual(["wrangler secret put DPOP_NONCE_KEYS"]);
});

test("signing keys beside a compromised master key stay", async () => {
  const { rotate, kept, stored, secrets } = await begin(true);
  const both = [kept().DPOP_NONCE_KEYS ?? "", await signingSetText("s9")];
  const [nonces = [], signers] = both.map((text): object[] => JSON.parse(text).keys);
  const old = { ...nonces[0], kid: "k0" };
  const keys = [...nonces, ...(signers ?? []), old];
  await replaceSecret(secrets, "DPOP_NONCE_KEYS", JSON.stringify({ keys }));
  const done = await rotate("master-key", "--compromised", "--target", "cloudflare", "--apply");
  expect(done).toMatchObject({ code: 0, json: { kid: "k1" } });
  const { DPOP_NONCE_KEYS: text = "" } = kept();
  expect(JSON.parse(text).keys).toEqual([
    ...(signers ?? []),
    expect.objectContaining({ kty: "oct", kid: "k1" }),
  ]);
  expect(text).not.toContain(JSON.stringify(nonces[0]));
  expect(stored("DPOP_NONCE_KEYS")).toBe(text);
});

test("the health page's secret goes nowhere in the clear", async () => {
  const { rotate } = await begin(true);
  const step = await rotate(
    "signing-key",
    "--kid",
    "s2",
    "--target",
    "aws",
    "--edge",
    "http://edge.example",
  );
  expect(step).toMatchObject({ code: 2, json: {} });
  expect(step.stderr).toContain("http://edge.example is asked over https");
});
