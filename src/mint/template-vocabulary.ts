import { TemplateError } from "./template-error.ts";

/** What a template can see: a path that is listed, or anything below one marked `open`. */
const objects: ReadonlyArray<{ readonly path: string; readonly open?: true }> = [
  { path: "Subject.ID" },
  { path: "Subject.Attributes", open: true },
  { path: "Request.Method" },
  { path: "Request.URL" },
  { path: "Request.URL.String" },
  { path: "Request.URL.Scheme" },
  { path: "Request.URL.Host" },
  { path: "Request.URL.Hostname" },
  { path: "Request.URL.Port" },
  { path: "Request.URL.Path" },
  { path: "Request.URL.RawQuery" },
  { path: "Request.URL.Query", open: true },
  { path: "Request.URL.Captures", open: true },
  { path: "Request.ClientIPAddresses" },
  { path: "Values", open: true },
  { path: "Outputs", open: true },
];

/** Take the name of a header or a cookie: `.Request.Header "X"`. */
const methods = new Map([
  ["Request.Header", "header"],
  ["Request.Cookie", "cookie"],
]);

export interface Arity {
  readonly least: number;
  readonly most: number;
}
/** How many arguments each function takes. */
export const functions: ReadonlyMap<string, Arity> = new Map([
  ["index", { least: 2, most: 9 }],
  ["quote", { least: 1, most: 1 }],
  ["toJson", { least: 1, most: 1 }],
  ["urlenc", { least: 1, most: 1 }],
  ["default", { least: 2, most: 2 }],
]);

// A client writes these as it likes, and the edge would sign what it wrote.
const clientWritten =
  /^(?:forwarded|x-forwarded-.*|x-real-ip|(?:x-|x-cluster-)?client-ip|true-client-ip|cf-connecting-ip.*)$/i;

// The token and the proof stay at the edge: whoever holds the internal token must not hold them too.
const kept = new Set(["authorization", "dpop", "proxy-authorization"]);

const advice = new Map([
  ["Subject", "Name a part of it: .Subject.ID or .Subject.Attributes."],
  ["Request", "Name a part of it, such as .Request.Method."],
  ["Request.Body", "The body is not read at the edge."],
  ["Request.ClientIP", "Did you mean .Request.ClientIPAddresses?"],
  ["Principal", "Write .Subject."],
]);

const statements = new Map([
  ["range", "Loops are not supported: emit the whole list with toJson."],
  ["with", "with is not supported: write if, and the full path."],
  ["define", "Templates inside templates are not supported: write the text where it is needed."],
  ["template", "Templates inside templates are not supported: write the text where it is needed."],
  ["block", "Templates inside templates are not supported: write the text where it is needed."],
  [
    "printf",
    'printf is not supported: write the text around the action, as in "user:{{ .Subject.ID }}".',
  ],
  [
    "print",
    'print is not supported: write the text around the action, as in "user:{{ .Subject.ID }}".',
  ],
  ["secret", "Secrets cannot be read from a template."],
  ["eq", "Comparisons are not supported: test a value by itself, or write one rule for each case."],
  ["ne", "Comparisons are not supported: test a value by itself, or write one rule for each case."],
  ["and", "and is not supported: nest one if inside another."],
  ["or", "or is not supported: use default for the first value that is there, or else if."],
  ["not", "not is not supported: use the else of an if."],
]);

/** The method's name in the compiled template when the path is one, such as `.Request.Header`. */
export function methodOf(root: string, path: readonly string[]): string | undefined {
  return root === "" ? methods.get(path.join(".")) : undefined;
}

/** Throws TemplateError unless templates can see the path. */
export function checkPath(path: readonly string[], offset: number): void {
  const written = path.join(".");
  if (written === "") throw new TemplateError("$ alone is not supported: name a field.", offset);
  const known = objects.some(
    (row) => row.path === written || (row.open === true && written.startsWith(`${row.path}.`)),
  );
  if (!known) throw new TemplateError(unknownPath(written), offset);
}

/** Throws TemplateError unless the argument is the literal name of a header or cookie to be had. */
export function checkMethodArgument(method: string, name: unknown, offset: number): void {
  const written = method === "header" ? ".Request.Header" : ".Request.Cookie";
  if (typeof name !== "string" || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    throw new TemplateError(
      `${written} takes one name, written literally: ${written} "X-Name".`,
      offset,
    );
  }
  if (method === "header" && clientWritten.test(name)) {
    throw new TemplateError(
      `The header ${name} is whatever the client wrote: use .Request.ClientIPAddresses or .Request.URL.`,
      offset,
    );
  }
  if (method === "header" && kept.has(name.toLowerCase())) {
    throw new TemplateError(
      `The header ${name} carries the client's credentials, which stay at the edge.`,
      offset,
    );
  }
}

/** What to say of a word that is no function of ours. */
export function unknownFunction(name: string): string {
  const said = statements.get(name);
  if (said !== undefined) return said;
  const known = [...functions.keys()];
  const near = nearest(known.map((shown) => ({ name: shown, shown, against: name })));
  const hint =
    near === undefined ? `There are ${known.join(", ")}.` : `Did you mean ${near.shown}?`;
  return `There is no function ${name} here. ${hint}`;
}

function unknownPath(written: string): string {
  const near = nearestPath(written);
  const hint =
    advice.get(written) ??
    (near === undefined ? advice.get(written.split(".")[0] ?? "") : `Did you mean ${near}?`) ??
    `There are ${objects.map((row) => `.${row.path}`).join(", ")}, .Request.Header "X" and .Request.Cookie "x".`;
  return `There is no .${written} here. ${hint}`;
}

function nearestPath(written: string): string | undefined {
  const parts = written.split(".");
  const candidates = [
    ...objects.map(({ path, open }) => ({ path, open: open === true, shown: `.${path}` })),
    ...[...methods.keys()].map((path) => ({ path, open: true, shown: `.${path} "name"` })),
  ].map(({ path, open, shown }) => ({
    name: path,
    shown,
    against: open ? parts.slice(0, path.split(".").length).join(".") : written,
  }));
  return nearest(candidates)?.shown;
}

interface Candidate {
  readonly name: string;
  readonly shown: string;
  readonly against: string;
}

/** The one that differs least, if it differs in no more than a third of its letters. */
function nearest(candidates: readonly Candidate[]): Candidate | undefined {
  const [best] = candidates
    .map((row) => ({ row, far: distance(row.against.toLowerCase(), row.name.toLowerCase()) }))
    .sort((one, other) => one.far - other.far || other.row.name.length - one.row.name.length);
  return best && best.far <= Math.max(2, best.row.name.length / 3) ? best.row : undefined;
}

/** Levenshtein's. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, against] of [...other].entries()) {
      const change = (row[j] ?? 0) + (letter === against ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
