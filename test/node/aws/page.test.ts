import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type WayOut, waysOut } from "../../../adapters/aws/ways-out.ts";
import { packages } from "../../../cli/init/project.ts";
import { type Refusal, type RefusalCode, refusals } from "../../../src/decision.ts";
import { root } from "./template.ts";

// What docs/aws.md tells people.

const page = readFileSync(join(root, "docs/aws.md"), "utf8");
const sources = [
  "replay-dynamodb",
  "revocations-dynamodb",
  "secret-reader",
  "http-answer",
  "rest-answer",
  "authorizer-event",
  "load-balancer-event",
  "aws-call",
  "runtime",
]
  .map((name) => readFileSync(join(root, `adapters/aws/${name}.ts`), "utf8"))
  .join("\n");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.split("|").map((cell) => cell.trim()));

const ways: Readonly<Record<WayOut, string>> = {
  deny: "Deny policy, ACCESS_DENIED",
  unauthorized: "the error `Unauthorized`, UNAUTHORIZED",
  failure: "any other error, AUTHORIZER_FAILURE or AUTHORIZER_CONFIGURATION_ERROR",
};

describe("every refusal has a row, and it says by which way it leaves", () => {
  test.each(Object.entries(refusals) as [RefusalCode, Refusal][])("%s", (code, { status }) => {
    const family = `${code.split(".")[0]}.*`;
    const row = rows.find(([, first]) => first === `\`${code}\`` || first === `\`${family}\``);
    expect(row?.[2]).toBe(String(status));
    expect(row?.[3]).toBe(ways[waysOut[status]]);
    const left = { deny: "401", unauthorized: "403", failure: "503" }[waysOut[status]];
    expect(row?.[4]).toMatch(new RegExp(`^${left}\\b`));
  });
});

test("what the log says is what the code says", () => {
  const heading = rows.findIndex(([, first]) => first === "what happens");
  const said = rows.slice(heading + 2).map((row) => row[2] ?? "");
  const quoted = said.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text),
  );
  const unquoted = sources
    .replace(/" \+\n\s*"/g, "")
    .replaceAll(/`there is no table \$\{table\}/g, "there is no table");
  expect(quoted.length).toBeGreaterThan(8);
  for (const text of quoted) {
    if (text === "expected" || text === "found") continue;
    for (const part of text.split(" ... "))
      expect(`${unquoted} The secret source`.includes(part), part).toBe(true);
  }
});

test("the environment that it lists is the environment that is read", () => {
  const listed = [
    ...page.matchAll(/`((?:AWS_[A-Z_]+|REPLAY_TABLE|REVOCATION_TABLE|HTTP_RESPONSES))`/g),
  ].map(([, name]) => name);
  const functions = readFileSync(join(root, "adapters/aws/functions/authorizer.ts"), "utf8");
  expect(new Set(listed).size).toBeGreaterThan(6);
  for (const name of listed) expect(sources + functions).toContain(name);
});

test("the npm scripts and the dpop-edge commands exist", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const named = [...page.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
  expect(new Set(named)).toEqual(
    new Set(["demo:aws", "package:aws", "package", "deploy", "bench:aws", "test:dynamodb-local"]),
  );
  const known = { ...packages.aws.scripts, ...scripts };
  for (const name of named) expect(known).toHaveProperty([name]);
  const commands = [...page.matchAll(/^npx dpop-edge ([\w -]+)/gm)].map(([, words = ""]) => words);
  expect(commands).toHaveLength(4);
  for (const command of commands) {
    const [words = "", ...options] = command.trim().split(" --");
    const args = [join(root, "cli/main.ts"), ...words.split(" "), "--help"];
    const help = execFileSync(process.execPath, args, { encoding: "utf8" });
    for (const option of options) expect(help).toContain(`--${option.split(" ")[0]} `);
  }
});

test("the sums are right", () => {
  const column = (index: number) =>
    rows
      .filter(([, first = ""]) => /^(API Gateway|Lambda, |DynamoDB, |CloudWatch, )/.test(first))
      .filter((row) => row[index]?.includes("$"))
      .map((row) => Number(/\$([\d.]+)$/.exec(row[index] ?? "")?.[1]))
      .reduce((sum, amount) => sum + amount, 0);
  expect(page).toContain(`**$${column(2).toFixed(2)}** | **$${column(3).toFixed(2)}**`);
});
