import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { vectors } from "../core/mint/go-vectors.ts";
import { regexes } from "../core/mint/go-vectors-regexes.ts";
import { words } from "../core/mint/go-vectors-words.ts";
import { templateData } from "../core/mint/template-data.ts";
import { go } from "./engine.ts";

const { subject, values } = templateData();
const data = { Subject: { ID: subject.id, Attributes: subject.attributes }, Values: values };

/** What Go's text/template with sprig makes of them. */
function made(sources: readonly string[]): readonly (readonly [string, string])[] {
  const output = execFileSync(go ?? "go", ["run", "."], {
    cwd: fileURLToPath(new URL("sprig", import.meta.url)),
    env: { ...process.env, GOFLAGS: "" },
    input: JSON.stringify({ Sources: sources, Data: data }),
    maxBuffer: 64 * 1024 * 1024,
  });
  const all = JSON.parse(output.toString()) as { source: string; output: string; error?: string }[];
  return all.map(({ source, output, error }) => [source, error ?? output]);
}

test.skipIf(go === undefined)(
  "the templates' vectors are what Go makes of them",
  () => {
    const all = [...vectors, ...words, ...regexes];
    expect(made(all.map(([source]) => source))).toEqual(all);
  },
  300_000,
);
