import { readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { exit, UsageError } from "../exit.ts";
import { fileText, writeGiven } from "../given-files.ts";
import { questions } from "./conversion.ts";
import { type Converted, convert } from "./convert.ts";
import type { Source } from "./sources.ts";

export interface ConvertOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** Exits as check would with what was written, and with 1 where a rule may now match more than it did. */
export function convertFiles(
  paths: readonly string[],
  { out, json = false }: ConvertOptions,
): number {
  const files = paths.flatMap(filesOf);
  if (files.some((file) => resolve(dirname(file)) === resolve(out))) {
    throw new UsageError(
      "--out must be another folder than the documents': nothing of theirs is overwritten.",
    );
  }
  const converted = convert(files.map(read));
  for (const { name, text } of converted.files) {
    writeGiven(join(out, name), text);
  }
  if (json) process.stdout.write(`${JSON.stringify(jsonOf(converted, out), null, 2)}\n`);
  else process.stdout.write(reportOf(converted, out));
  const wider = converted.files.some(({ todos }) =>
    todos.some(({ question }) => question === "matching"),
  );
  return converted.problems === 0 && !wider ? exit.ok : exit.wrong;
}

function filesOf(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`There is no ${path}.`);
  if (!found.isDirectory()) return [path];
  const below = [path, join(path, "rules")].filter((folder) =>
    statSync(folder, { throwIfNoEntry: false })?.isDirectory(),
  );
  return below.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.(ya?ml|json)$/.test(name) && !statSync(join(folder, name)).isDirectory())
      .toSorted()
      .map((name) => join(folder, name)),
  );
}

function read(file: string): Source {
  return { file, text: fileText(file) };
}

function reportOf({ versions, files, others, problems }: Converted, out: string): string {
  const lines = files.flatMap(({ name, todos }) =>
    todos.map(({ line, question, says }) => `${join(out, name)}:${line} ${question}: ${says}`),
  );
  const from = versions.length === 0 ? "no older version" : versions.join(" and ");
  const written = files.map(({ name }) => name).join(", ");
  const count = problems === 1 ? "1 problem" : `${problems} problems`;
  return [
    ...lines,
    ...others.map((other) => `Left out ${other}.`),
    `Read as Heimdall ${from}; wrote ${written} to ${out}.`,
    problems === 0
      ? "check finds no problem."
      : `check finds ${count}: they stand above, and as # TODO in the documents.`,
    "",
  ].join("\n");
}

function jsonOf({ versions, files, others, problems }: Converted, out: string) {
  return {
    ok: problems === 0,
    versions,
    problems,
    leftOut: others,
    files: files.map(({ name }) => join(out, name)),
    questions: files.flatMap(({ name, todos }) =>
      todos.map(({ line, question, says }) => ({
        file: join(out, name),
        line,
        question,
        about: questions[question],
        says,
      })),
    ),
  };
}
