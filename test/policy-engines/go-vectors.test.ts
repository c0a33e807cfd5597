import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { vectors as expressions, payload } from "../core/cel/go-vectors.ts";
import { vectors } from "../core/mint/go-vectors.ts";
import { regexes } from "../core/mint/go-vectors-regexes.ts";
import { words } from "../core/mint/go-vectors-words.ts";
import { templateData } from "../core/mint/template-data.ts";
import { go } from "./engine.ts";

interface Made {
  readonly source: string;
  readonly output?: string;
  readonly error?: string;
}

/** What the Go program in that folder makes of it. */
function made(folder: string, input: unknown): readonly Made[] {
  const output = execFileSync(go ?? "go", ["run", "."], {
    cwd: fileURLToPath(new URL(folder, import.meta.url)),
    env: { ...process.env, GOFLAGS: "" },
    input: JSON.stringify(input),
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output.toString()) as Made[];
}

const { subject, values } = templateData();
const data = { Subject: { ID: subject.id, Attributes: subject.attributes }, Values: values };

test.skipIf(go === undefined)(
  "the templates' vectors are what Go makes of them",
  () => {
    const all = [...vectors, ...words, ...regexes];
    const results = made("sprig", { Sources: all.map(([source]) => source), Data: data });
    expect(results.map(({ source, output, error }) => [source, error ?? output])).toEqual(all);
  },
  300_000,
);

test.skipIf(go === undefined)(
  "the expressions' vectors are what cel-go makes of them",
  () => {
    const Sources = expressions.map(([source]) => source);
    const results = made("cel", { Sources, Payload: payload });
    expect(
      results.map(({ source, output = "", error }) => [source, error ? undefined : output]),
    ).toEqual(expressions);
  },
  300_000,
);
