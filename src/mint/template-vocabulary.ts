import { fieldName } from "../fields.ts";
import { TemplateError } from "./template-error.ts";
import { functions } from "./template-functions.ts";

/** What a template can see: a path that is listed, or anything below one marked `open`. */
const objects: ReadonlyArray<{ readonly path: string; readonly open?: true }> = [
  { path: "" },
  { path: "Subject" },
  { path: "Subject.ID" },
  { path: "Subject.Attributes", open: true },
  { path: "Request" },
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
  { path: "Request.Body", open: true },
  { path: "Values", open: true },
  { path: "Outputs", open: true },
];

/** Take the name of a header or a cookie: `.Request.Header "X"`. */
const methods = new Map([
  ["Request.Header", "header"],
  ["Request.Cookie", "cookie"],
]);

/** A client writes these as it likes: the edge would sign what it wrote, or decide by it. */
export const clientWritten =
  /^(?:forwarded|x-forwarded-.*|x-real-ip|(?:x-|x-cluster-)?client-ip|true-client-ip|cf-connecting-ip.*)$/i;

// The token and the proof stay at the edge: whoever holds the internal token must not hold them too.
const kept = new Set(["authorization", "dpop", "proxy-authorization"]);

const advice = new Map([
  ["Request.ClientIP", "Did you mean .Request.ClientIPAddresses?"],
  ["RequestURL", "Did you mean .Request.URL?"],
  ["Principal", "Write .Subject."],
]);

const inside = "Templates inside templates cannot be had: write the text where it is needed.";
const outside =
  "Templates here are pure: nothing of the time, of chance, of the machine or the network.";
const statements = new Map([
  ["define", inside],
  ["template", inside],
  ["block", inside],
  ["break", "A loop here runs to its end: write if inside it."],
  ["continue", "A loop here runs to its end: write if inside it."],
  [
    "secret",
    "Secrets cannot be read from a template: a credential goes out by an endpoint's auth, or by a finalizer oauth2_client_credentials.",
  ],
  ["html", "Nothing here is HTML: quote and toJson write JSON, urlenc a part of a URL."],
  ["js", "Nothing here is a script: quote and toJson write JSON, urlenc a part of a URL."],
  ["call", "There are no functions among the values here."],
  ...["now", "date", "ago", "env", "expandenv", "getHostByName", "uuidv4", "randAlphaNum"].map(
    (name) => [name, outside] as const,
  ),
  ...["sha1sum", "sha256sum", "sha512sum", "adler32sum", "bcrypt", "htpasswd", "genCA"].map(
    (name) => [name, "Nothing is hashed or encrypted in a template here."] as const,
  ),
  ...["semver", "semverCompare", "urlParse", "urlJoin"].map(
    (name) => [name, "It is not among the functions here: docs/documents.md lists them."] as const,
  ),
]);

/** The method's name in the compiled template when the path is one, such as `.Request.Header`. */
export function methodOf(path: readonly string[]): string | undefined {
  return methods.get(path.join("."));
}

/** The path as rendering knows it. Throws TemplateError unless templates can see it. */
export function checkedPath(written: readonly string[], offset: number): readonly string[] {
  // Heimdall's main names principals: the one that every authenticator creates is `default`.
  const path =
    written[0] === "Subject" && written[1] === "default"
      ? ["Subject", ...written.slice(2)]
      : written;
  checkPath(path, offset);
  return path;
}

function checkPath(path: readonly string[], offset: number): void {
  const written = path.join(".");
  const known = objects.some(
    (row) => row.path === written || (row.open === true && written.startsWith(`${row.path}.`)),
  );
  if (!known) throw new TemplateError(unknownPath(written), offset);
}

/** Throws TemplateError unless the argument is the literal name of a header or cookie to be had. */
export function checkMethodArgument(method: string, name: unknown, offset: number): void {
  const written = method === "header" ? ".Request.Header" : ".Request.Cookie";
  if (typeof name !== "string" || !fieldName.test(name)) {
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
    near === undefined
      ? "docs/documents.md lists them: quote, toJson, default, printf and those of sprig that are pure."
      : `Did you mean ${near.shown}?`;
  return `There is no function ${name} here. ${hint}`;
}

function unknownPath(written: string): string {
  const near = nearestPath(written);
  const hint =
    advice.get(written) ??
    (near === undefined ? advice.get(written.split(".")[0] ?? "") : `Did you mean ${near}?`) ??
    `There are ${objects
      .filter(({ path }) => path !== "")
      .map((row) => `.${row.path}`)
      .join(", ")}, .Request.Header "X" and .Request.Cookie "x".`;
  return `There is no .${written} here. ${hint}`;
}

function nearestPath(written: string): string | undefined {
  const parts = written.split(".");
  const candidates = [
    ...objects
      .filter(({ path }) => path.includes(".") || path === "Values" || path === "Outputs")
      .map(({ path, open }) => ({ path, open: open === true, shown: `.${path}` })),
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
