import { type Document, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument } from "yaml";
import { compile, type Problem } from "../../src/documents/index.ts";
import { conversionOf } from "./conversion.ts";

interface File {
  readonly name: string;
  readonly text: string;
}

/** Checks the pair as it was written, and says at each problem that it is one. */
export function markProblems(files: readonly File[]): {
  readonly texts: readonly File[];
  readonly problems: number;
} {
  const problems = problemsOf(files);
  const texts = files.map((file) => {
    const own = problems.filter((problem) => problem.file === file.name && !isMarked(problem));
    return own.length === 0 ? file : { name: file.name, text: marked(file.text, own) };
  });
  return { texts, problems: problems.length };
}

/** What `check` would say of the pair, whatever the environment holds. */
export function problemsOf(files: readonly File[]): readonly Problem[] {
  const mechanisms = files.find(({ name }) => name === "mechanisms.yaml");
  const rules = files.filter((file) => file !== mechanisms);
  if (mechanisms === undefined) return [];
  const names = files.flatMap(({ text }) =>
    [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name),
  );
  const environment = Object.fromEntries(names.map((name) => [name, process.env[name] ?? "value"]));
  const sources = rules.map(({ name, text }) => ({ file: name, text }));
  const result = compile(
    { mechanisms: { file: mechanisms.name, text: mechanisms.text }, rules: sources },
    { environment },
  );
  return result.ok ? [] : result.problems;
}

/** Its place has a remark already. */
function isMarked({ reason }: Problem): boolean {
  return reason.startsWith("plain http:");
}

function marked(text: string, problems: readonly Problem[]): string {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: "1.2", lineCounter: lines });
  const conversion = conversionOf(document, text);
  const pairs = pairsOf(document);
  for (const { path, reason, found, suggestion, line = 1, column = 1 } of problems) {
    const offset = (lines.lineStarts[line - 1] ?? 0) + column;
    const nearest = pairs.findLast(({ start }) => start < offset)?.pair;
    const what = found === undefined ? reason : `${reason}, found ${found}`;
    const says = `${path}: ${what}${suggestion === undefined ? "" : `; ${suggestion}`}`;
    // Remarks move the lines that others name.
    conversion.todo(nearest, "left", says.replaceAll(/(\.yaml):\d+:\d+/g, "$1"));
  }
  return conversion.text();
}

/** In the order in which they stand in the text. */
function pairsOf(
  document: Document,
): ReadonlyArray<{ readonly pair: Pair; readonly start: number }> {
  const found: Array<{ pair: Pair; start: number }> = [];
  collect(document.contents, found);
  return found.toSorted((one, other) => one.start - other.start);
}

function collect(node: unknown, found: Array<{ pair: Pair; start: number }>): void {
  if (isSeq(node)) for (const item of node.items) collect(item, found);
  if (!isMap(node)) return;
  for (const pair of node.items) {
    const start = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    if (start !== undefined) found.push({ pair, start });
    collect(pair.value, found);
  }
}
