import { describe, expect, test } from "vitest";
import { entriesIn } from "../../../cli/tail/entries.ts";
import { jsonInLines } from "../../../cli/tail/json-in-lines.ts";
import { lineOf } from "../../../cli/tail/line.ts";
import { piped } from "../cli/run-cli.ts";

const same = (text: string) => text;
const plain = { bold: same, dim: same, green: same, red: same };
const refused = {
  v: 1,
  time: "2026-11-25T10:30:12.250Z",
  request_id: "id-1",
  outcome: "refuse",
  status: 401,
  code: "proof.htu",
  expected: "https://a.example/x",
  found: "https://a.example/y",
  method: "GET",
  path: "/x",
  rule: "api",
  client: "web",
  duration: 2,
};
const allowed = {
  v: 1,
  time: "2026-11-25T10:30:13.250Z",
  request_id: "id-2",
  outcome: "allow",
  status: 200,
  method: "POST",
  path: "/x",
  rule: "other",
  client: "app",
  duration: 2,
};
const line = JSON.stringify(refused);
const shown =
  "10:30:12  GET /x                        401  proof.htu  expected https://a.example/x, found https://a.example/y  web  id-1";

async function* lines(text: string) {
  yield* text.split("\n");
}
async function read(text: string) {
  const entries = [];
  for await (const found of jsonInLines(lines(text))) {
    const inside = found === undefined ? [] : entriesIn(found.value);
    entries.push(...(inside.length === 0 ? ["-"] : inside.map((each) => lineOf(each, plain))));
  }
  return entries;
}

const wrangler = (message: unknown[]) =>
  JSON.stringify(
    {
      wallTime: 3,
      outcome: "ok",
      exceptions: [],
      logs: [{ message, level: "log", timestamp: 1 }],
      event: { request: { url: "https://a.example/x?secret", method: "GET", headers: {} } },
    },
    null,
    2,
  );

describe("a log that holds an event", () => {
  test.each([
    ["plain JSON lines", line],
    ["wrangler tail --format json, over many lines", wrangler([line])],
    ["wrangler tail, piped through jq -c", JSON.stringify(JSON.parse(wrangler([line])))],
    ["wrangler tail, of an object", wrangler([refused])],
    [
      "aws logs tail",
      `2026-11-25T10:30:12.251000+00:00 2026/11/25/[$LATEST]0a1b2c 2026-11-25T10:30:12.251Z\t7e5a-11\tINFO\t${line}`,
    ],
    ["aws logs tail --format short", `2026-11-25T10:30:12 ${line}`],
    [
      "Lambda's JSON format",
      JSON.stringify({ timestamp: "2026-11-25T10:30:12Z", level: "INFO", message: refused }),
    ],
    [
      "aws logs filter-log-events",
      JSON.stringify({ events: [{ timestamp: 1, message: `t\tid\tINFO\t${line}\n` }] }, null, 4),
    ],
  ])("%s", async (_, text) => {
    expect(await read(text)).toEqual([shown]);
  });

  test.each([
    ["START RequestId: 7e5a Version: {", ["-"]],
    ["{\n", ["-"]],
    ['{"v": 1}', ["-"]],
    ["{{{{", ["-"]],
    ['{\n  "logs": [', ["-"]],
  ])("%j beside it does not hide it", async (noise, before) => {
    expect(await read(`${noise}\n${line}`)).toEqual([...before, shown]);
  });

  test("a remark of an adapter is a line too", async () => {
    const fault = JSON.stringify({ time: "2026-11-25T10:30:14.000Z", fault: "no such table" });
    expect(await read(fault)).toEqual(["10:30:14  fault: no such table"]);
  });

  test("nothing in it reaches the terminal as a command", async () => {
    const evil = "\u001b]0;owned\u0007\u202e\n\u009b31m";
    const spoiled = { ...refused, found: evil, path: evil, client: evil, request_id: evil };
    const [said = ""] = await read(JSON.stringify({ ...spoiled, code: evil, time: evil }));
    expect(said).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

const tail = (input: string, ...args: string[]) => piped(input, ["tail", ...args]);

describe("dpop-edge tail", () => {
  const folded = { ...refused, code: "proof.iat", client: "late", count: 40 };
  const log = [refused, allowed, folded].map((each) => JSON.stringify(each)).join("\n");

  test("prints a line a request, and what they come to", async () => {
    const { code, stdout, stderr } = await tail(`${log}\nno event\n`);
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      shown,
      "10:30:13  POST /x                       200  allow  other  app  id-2",
      expect.stringContaining("late  x40  id-1"),
      "",
    ]);
    expect(stderr).toBe(
      [
        "42 requests: 1 allowed, 41 refused",
        "by code",
        "       40  proof.iat",
        "        1  proof.htu",
        "refused, by client",
        "       40  late",
        "        1  web",
        "1 line held no event",
        "",
      ].join("\n"),
    );
  });

  test("what a filter leaves out is told where nothing is left", async () => {
    const { code, stderr } = await tail(log, "--rule", "mistyped");
    expect(code).toBe(0);
    expect(stderr).toContain("0 requests");
    expect(stderr).toContain("3 events are of another code, client or rule than was asked for.");
  });

  test.each([
    ["--code", "proof.iat", ["late"]],
    ["--code", "proof", ["web", "late"]],
    ["--client", "app", ["app"]],
    ["--rule", "api", ["web", "late"]],
  ])("%s %s, as JSON", async (option, value, clients) => {
    const { stdout } = await tail(log, "--json", option, value);
    const said = stdout
      .trim()
      .split("\n")
      .map((each) => JSON.parse(each));
    expect(said.slice(0, -1).map(({ client }) => client)).toEqual(clients);
    expect(said.at(-1).summary).toMatchObject({ other_lines: 0, upstream_failures: 0 });
  });

  test("a file that is none: exit code 2", async () => {
    const { code, stderr } = await tail("", "nowhere.log");
    expect([code, stderr]).toEqual([2, "nowhere.log is no file that can be read.\n"]);
  });
});

test("a client that left is no failure of the upstream, and no answer of its own 499", async () => {
  const loud = { ...plain, red: (text: string) => `!${text}` };
  const shownOf = (upstream?: object) => {
    const [entry] = entriesIn({ ...allowed, status: 499, upstream });
    return entry && lineOf(entry, loud);
  };
  for (const upstream of [undefined, { duration: 7 }])
    expect(shownOf(upstream)).toBe(
      "10:30:13  POST /x                       499  allow  other  client left  app  id-2",
    );
  expect(shownOf({ status: 499, duration: 7 })).not.toContain("client left");
});

test("an allow without a list of revocations says so", async () => {
  const unchecked = JSON.stringify({ ...allowed, revocation: "unchecked" });
  expect(await read(unchecked)).toEqual([expect.stringContaining("no list of revocations")]);
  const checked = JSON.stringify({ ...allowed, revocation: "checked" });
  expect(await read(checked)).toEqual([expect.not.stringContaining("revocation")]);
});
