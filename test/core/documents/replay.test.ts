import { describe, expect, test } from "vitest";
import type { Target } from "../../../src/documents/index.ts";
import { compilePair, configurationOf, mechanisms, problemsOf, spoil } from "./pair.ts";

const keyless = spoil(
  spoil(mechanisms, "master_key: {source: nonce_keys, selector: dpop-nonce-master-key-1}\n", ""),
  "nonce_required: true",
  "nonce_required: false",
);
const compiled = (text: string, target: Target = "cloudflare") =>
  compilePair({ mechanisms: text }, { target });
const modeOf = (text: string, target?: Target) =>
  configurationOf(compiled(text, target)).replay.mode;
const notesOf = (text: string, target?: Target) =>
  compiled(text, target)
    .notes.filter(({ path }) => path.startsWith("replay"))
    .map(({ reason }) => reason);

describe("replay.mode", () => {
  test("left out: generation where there is a master key, else durable, which a note says", () => {
    expect(modeOf(mechanisms)).toBe("generation");
    expect(notesOf(mechanisms)).toEqual([]);
    expect(modeOf(keyless)).toBe("durable");
    expect(notesOf(keyless)).toEqual([expect.stringContaining("write mode: durable")]);
  });

  test.each(["generation", "durable"] as const)("%s: as written", (mode) => {
    expect(modeOf(`replay: {mode: ${mode}}\n${mechanisms}`)).toBe(mode);
  });

  test("durable needs no master key, and no note", () => {
    expect(modeOf(`replay: {mode: durable}\n${keyless}`)).toBe("durable");
    expect(notesOf(`replay: {mode: durable}\n${keyless}`)).toEqual([]);
  });

  test("generation without a master key is a problem, where it is written", () => {
    expect(problemsOf(compiled(`replay: {mode: generation}\n${keyless}`))).toEqual([
      expect.objectContaining({
        line: 1,
        path: "replay.mode",
        reason: "generation needs a master_key: it may challenge at any time",
        suggestion: "add master_key, or write mode: durable",
      }),
    ]);
  });

  test("on AWS there is one way; what is written there is told to mean nothing", () => {
    expect(modeOf(mechanisms, "aws")).toBe("durable");
    expect(notesOf(mechanisms, "aws")).toEqual([]);
    expect(notesOf(`replay: {mode: generation}\n${mechanisms}`, "aws")).toEqual([
      "means nothing on AWS: DynamoDB remembers proofs",
    ]);
  });
});
