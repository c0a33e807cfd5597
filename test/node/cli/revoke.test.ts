import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../../cli/exit.ts";
import { shellWords } from "../../../cli/explain/shell-words.ts";
import { idsOf } from "../../../cli/revoke/ids.ts";
import { typed } from "../../../cli/revoke/list.ts";
import { revoke } from "../../../cli/revoke/revoke.ts";
import { untilOf } from "../../../cli/revoke/until.ts";
import { isRevocationId, mostRevocations } from "../../../src/revocation/entry.ts";
import { listen } from "../../../testing/loopback.ts";
import { cli, root } from "./run-cli.ts";

const jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
/** By another program: SHA-256 over domain, kind and value, each behind its length in four bytes. */
const published = [
  "jkt.sha256.JNLphBnoVvb9TdcYzKNgyk7Ph_l2KLyhWLK5dP5piC8",
  "jti.sha256.BcIpmAYQrusIw8aW_L-9sa_nhq5_PwBKlaRRPEKaA6Y",
  "sub.sha256.aSKua1B8q_8atPwIlbGEwmb38h1x6foBYVv8qPeMLVM",
];
const now = 1_796_000_000.5;

describe("--until", () => {
  test.each([
    ["90s", 1_796_000_091],
    ["24h", 1_796_086_401],
    ["1h30m", 1_796_005_401],
    ["7d", 1_796_604_801],
    ["2026-12-24", 1_798_070_400],
    ["2026-12-24T10:30Z", 1_798_108_200],
    ["2026-12-24T10:30:00+01:00", 1_798_104_600],
    ["1800000000", 1_800_000_000],
  ])("%s", (written, until) => {
    expect(untilOf(written, now)).toBe(until);
  });

  test.each([
    "",
    "tomorrow",
    "7",
    "12345",
    "-1h",
    "7 d",
    "2026-12-24T10:30:00",
    "24/12/2026",
    "2026-13-01",
  ])("%j is none", (written) => {
    expect(() => untilOf(written, now)).toThrow(/--until/);
  });
});

describe("ids", () => {
  test("a hash of its own for each kind, and none of the value in it", async () => {
    const ids = await idsOf({ jkt: [jkt], jti: [jkt], sub: [jkt, "alice"] });
    expect(new Set(ids).size).toBe(4);
    expect(ids.every(isRevocationId)).toBe(true);
    expect(ids.join()).not.toMatch(/alice|0ZcOCORZ/);
  });

  // A list that is deployed holds them: they may not change.
  test("are the same for ever", async () => {
    expect(await idsOf({ jkt: [jkt], jti: ["token-7"], sub: ["alice"] })).toEqual(published);
  });

  test("of an event line they are what it shows", async () => {
    const fromEvent = await idsOf({ jti: ["8f3b2c1d0e9a7c55"], fromEvent: true });
    expect(fromEvent).toEqual(["jti.event.8f3b2c1d0e9a7c55"]);
    expect(fromEvent.every(isRevocationId)).toBe(true);
  });

  test.each([
    [{ jkt: ["8f3b2c1d0e9a7c55"] }, /add --from-event/],
    [{ jkt: [`${jkt}=`] }, /no thumbprint/],
    [{ sub: [""] }, /--sub is empty/],
    [{ jkt: [jkt], fromEvent: true }, /no hash of an event line/],
    [{ jti: ["8F3B2C1D0E9A7C55"], fromEvent: true }, /of its token/],
  ])("%j cannot be one", async (named, message) => {
    await expect(idsOf(named)).rejects.toThrow(message);
  });
});

test("a command is typed so that a shell reads the same words", () => {
  const words = ["aws", "a b", "it's", '{"a":"$HOME"}', "", "`x`", "--key=v", "$(x)", "a;b"];
  expect(shellWords(typed(...words))).toEqual(words);
});

describe("dpop-edge revoke", () => {
  const table = ["--table", "revocations", "--region", "eu-central-1"];
  const until = `${Math.floor(Date.now() / 1000) + 86_400}`;

  test("prints what would do it, and does nothing", async () => {
    const { code, stdout, stderr } = await cli([
      "revoke",
      "--jkt",
      jkt,
      "--until",
      until,
      ...table,
    ]);
    expect(code).toBe(0);
    expect(shellWords(stdout)).toEqual([
      ...["aws", "dynamodb", "put-item", "--region", "eu-central-1", "--table-name", "revocations"],
      ...[
        "--item",
        `{"pk":{"S":"revocations"},"id":{"S":"${published[0]}"},"expires":{"N":"${until}"}}`,
      ],
    ]);
    expect(stderr).toContain("Nothing is done yet");
  });

  test("in each region there is a list", async () => {
    const both = [...table, "--region", "us-east-1"];
    const { stdout } = await cli(["revoke", "--sub", "a", "--lift", ...both, "--json"]);
    const { commands, ...answer } = JSON.parse(stdout);
    expect(answer).toMatchObject({ ok: true, applied: false, revoke: [] });
    expect(commands).toEqual([
      expect.stringContaining("delete-item --region eu-central-1"),
      expect.stringContaining("delete-item --region us-east-1"),
    ]);
  });

  test.each([
    [{ until: "1h" }, /Say whom/],
    [{ jkt: [jkt] }, /Say --until when/],
    [{ jkt: [jkt], until: "2020-01-01" }, /until is over already/],
    [{ jkt: [jkt], until: "0d" }, /until is over already/],
    [{ jkt: [jkt], until: "4000d" }, /more than 10 years/],
    [{ sub: ["8f3b2c1d0e9a7c55"], fromEvent: true, until: "8d" }, /7 days at most/],
    [{ jkt: [jkt], lift: true, until: "1h" }, /leave --until out/],
    [{ jkt: [jkt], until: "1h", region: ["eu-central-1"] }, /say --table too/],
    [{ jkt: [jkt], until: "1h", config: "config" }, /no serve\.revocation\.access/],
  ])("%j is refused, and what to change is said", async (options, message) => {
    const table = "region" in options || "config" in options ? {} : { table: "revocations" };
    const refused = revoke({ ...options, ...table });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  test.each<[string, RequestListener, RegExp]>([
    ["it works", (_, response) => response.end("it works"), /no list of revocations/],
    ["{}", (_, response) => response.end("{}"), /no list of revocations/],
    ["another list", (_, response) => response.end('{"revoked":0,"entries":{}}'), /no list of/],
    ["more than a list", (_, response) => response.end(" ".repeat(2_097_153)), /more than 2097152/],
    [
      "half of one",
      (_, response) =>
        response.writeHead(200, { "Content-Length": "9" }).write("{", () => response.destroy()),
      /broke off its answer/,
    ],
  ])("a 200 that says %s is neither done nor an empty list", async (_, listener, message) => {
    const server = await listen(listener);
    const config = mkdtempSync(join(tmpdir(), "dpop-edge-revoke-"));
    cpSync(`${root}config`, config, { recursive: true });
    const file = join(config, "mechanisms.yaml");
    const written = readFileSync(file, "utf8")
      .replace("serve:\n", "serve:\n  revocation: {access: {source: operators}}\n")
      .replace(
        "secret_management:\n",
        "secret_management:\n  operators: {type: inline, config: {secret: OPERATORS}}\n",
      );
    writeFileSync(file, written);
    const secrets = join(config, "operators.vars");
    writeFileSync(secrets, `OPERATORS=${"x".repeat(32)}\n`);
    const there = { config, secrets, edge: server.url };
    const done = revoke({ ...there, jkt: [jkt], until: "1h", apply: true });
    await expect(done).rejects.toThrow(message);
    await expect(revoke({ ...there, list: true })).rejects.toThrow(message);
    await server.stop();
    rmSync(config, { recursive: true });
  });

  test("a table is as full as the functions count it, with what is over since less than an hour", async () => {
    const bin = mkdtempSync(join(tmpdir(), "dpop-edge-revoke-"));
    const seconds = Math.floor(Date.now() / 1000);
    const item = (number: number, expires: object) => ({
      id: { S: `jti.event.${number.toString(16).padStart(16, "0")}` },
      expires,
    });
    const full = (last: object) => [
      ...Array.from({ length: mostRevocations - 2 }, (_, each) => item(each, { N: "4000000000" })),
      item(mostRevocations, { N: "tomorrow" }),
      item(mostRevocations + 1, last),
    ];
    const write = (last: object) =>
      writeFileSync(join(bin, "items.json"), JSON.stringify({ Items: full(last) }));
    writeFileSync(join(bin, "aws"), `#!/bin/sh\n[ "$2" = query ] && cat ${bin}/items.json || :\n`);
    chmodSync(join(bin, "aws"), 0o755);
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const add = () => cli(["revoke", "--jkt", jkt, "--until", until, ...table, "--apply"], { env });

    write({ N: `${seconds - 1800}` });
    expect(await add()).toMatchObject({ code: 2, stderr: expect.stringContaining("at most") });
    write({ N: `${seconds - 7200}` });
    expect((await add()).code).toBe(0);
    rmSync(bin, { recursive: true });
  });

  test("without the AWS CLI it says so", async () => {
    const applied = ["--jkt", jkt, "--until", "1h", ...table, "--apply"];
    const { code, stderr } = await cli(["revoke", ...applied], { env: { PATH: "/nowhere" } });
    expect([code, stderr]).toEqual([2, expect.stringContaining("install the AWS CLI")]);
  });
});
