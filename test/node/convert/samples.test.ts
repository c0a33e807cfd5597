import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../cli/run-cli.ts";
import { readSamples, samples, sampleTable } from "./samples.ts";

const all = readSamples();
if (all.length === 0) process.stdout.write(`No samples in ${samples}: they are not converted.\n`);

test.runIf(all.length > 0)("all 24 leave nothing but what a person must answer", () => {
  expect(all).toHaveLength(24);
  const others = all.filter(({ others }) => others.length > 0);
  expect(others.map(({ name, others }) => [name, ...others])).toEqual([]);
});

test.runIf(all.length > 0)("converting again changes nothing", () => {
  for (const { name, converted, again } of all) {
    expect(
      again.files.map(({ text }) => text),
      name,
    ).toEqual(converted.files.map(({ text }) => text));
  }
});

test.runIf(all.length > 0)("none is weakened", () => {
  for (const { converted } of all) {
    for (const { text } of converted.files) expect(text).not.toMatch(/^\s*-?\s*insecure:/m);
  }
});

test.runIf(all.length > 0)("the table of docs/convert.md is what came of them", () => {
  expect(readFileSync(`${root}docs/convert.md`, "utf8")).toContain(sampleTable(all));
});
