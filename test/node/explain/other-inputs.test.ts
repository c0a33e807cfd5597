import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readRequests } from "../../../cli/explain/read-requests.ts";
import { cli } from "../cli/run-cli.ts";

// What newcomers give in place of a request: each is named as what it is.

const folder = mkdtempSync(join(tmpdir(), "dpop-edge-inputs-"));
afterAll(() => rmSync(folder, { recursive: true }));
const url = "https://api.example.com/x";
const event = `{"v":1,"time":"2026-11-25T10:30:12.250Z","outcome":"refuse","code":"proof.htu","method":"GET"}`;

test.each([
  ["\u0089PNG\r\n\0\0", "no text"],
  ["\ufffd\u0001 \ufffd\ufffd", "no text"],
  [event, "explain --event"],
  [event.slice(0, 40), "explain --event"],
  ['{"error":"use_dpop_nonce","code":"nonce.missing","request_id":"r"}', "nonce.missing"],
  [`ready on http://127.0.0.1:8787\n${event}\n`, "explain --event"],
  ["proof.htu", "Set htu to"],
  ['10:30 WARN api 401 {"error":"invalid_dpop_proof","code":"proof.htu"}', "Set htu to"],
  [
    'WWW-Authenticate: DPoP error="x", error_description="The proof was made for another URL."',
    "Set htu to",
  ],
  ["The proof was made for another URL.", "Set htu to"],
  ["[]", "a list"],
  ['{"a": 1}', "no log.entries"],
  ['{"log": {"entries": [{"request": {"method": "GET"}}]}}', "log.entries[0]"],
  ['HTTP/1.1 401\nWWW-Authenticate: DPoP error="use_dpop_nonce"\n', "without its request"],
  [`Invoke-WebRequest -Uri "${url}"`, "PowerShell"],
  [`fetch("${url}", {headers: {"authorization": "DPoP a.b.c"}});`, "JavaScript"],
  [`curl ^"${url}^" ^\r\n  -H ^"dpop: d.e.f^"`, "cmd of Windows"],
  [`curl ${url}\ncurl ${url}`, "2 curl commands"],
  [`GET ${url} HTTP/1.1\nDPoP: a\n\nGET ${url} HTTP/1.1\nDPoP: a\n`, "2 requests"],
])("%j", (text, says) => {
  expect(() => readRequests(text)).toThrow(says);
});

describe("dpop-edge explain and tail", () => {
  const file = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");

  test("a code alone is told, with what to change", async () => {
    const { code, stdout } = await cli(["explain", "proof.htu"], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain("proof.htu  401 invalid_dpop_proof\n");
    expect(stdout).toContain("Change: Set htu to");
    const json = await cli(["explain", "proof.htu", "--json"], { cwd: folder });
    expect(JSON.parse(json.stdout)).toMatchObject({ code: "proof.htu", status: 401 });
    const none = await cli(["explain", "proof.hut"], { cwd: folder });
    expect([none.code, none.stderr]).toEqual([
      2,
      "There is no file proof.hut. The code proof.htu?\n",
    ]);
  });

  test("a file that is named like a code is read", async () => {
    writeFileSync(join(folder, "proof.iat"), "[]");
    const { code, stderr } = await cli(["explain", "proof.iat"], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining("a list")]);
  });

  test("a HAR without requests says how to record them", async () => {
    const { code, stderr } = await cli(["explain", file("a.har", '{"log":{"entries":[]}}')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("open the network tab first")]);
  });

  test("UTF-16, as PowerShell writes it, is read", async () => {
    const raw = file(
      "raw.txt",
      utf16(`GET ${url}\r\nAuthorization: DPoP a.b.c\r\nDPoP: d.e.f\r\n`),
    );
    expect((await cli(["explain", raw])).stdout).toContain(`GET ${url}`);
    const log = file("events.log", utf16(`${event}\r\n`));
    expect((await cli(["tail", log])).stdout).toContain("proof.htu");
    expect((await cli(["explain", "--event", log])).stdout).toContain("proof.htu");
  });

  test("a URL of a megabyte is not printed whole", async () => {
    const long = file("long.txt", `GET ${url}${"a".repeat(1_000_000)}\nDPoP: a.b.c\n`);
    expect((await cli(["explain", long])).stdout.length).toBeLessThan(20_000);
  });

  test("an event that is cut short", async () => {
    const { code, stderr } = await cli([
      "explain",
      "--event",
      file("half.log", event.slice(0, 50)),
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("cut short")]);
  });

  test("a file behind --code is no code", async () => {
    const { code, stderr } = await cli(["tail", "--code", "proof", file("more.log", event)]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("ahead of --code")]);
  });

  test("a log without any event says what one is", async () => {
    const { code, stderr } = await cli(["tail", file("other.log", "hello\nworld\n")]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/2 lines held no event\n.*"v":1/)]);
  });
});
