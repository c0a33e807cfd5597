import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Converted, convert } from "../../../cli/convert/convert.ts";
import { problemsOf } from "../../../cli/convert/leftovers.ts";
import { root } from "../cli/run-cli.ts";

/** Other people's documents, beside the checkout; not everywhere. */
export const samples =
  process.env.DPOP_EDGE_SAMPLES ?? join(root, "..", "shared", "documents", "samples");

/** What each is, for the table. */
const kinds: Readonly<Record<string, string>> = {
  "k8s-addon": "admin pages behind a session cookie, in Kubernetes",
  "lfx-access-check": "a service behind introspection and OpenFGA: access checks",
  "lfx-committee": "the same platform: committees",
  "lfx-mailing-list": "the same platform: mailing lists",
  "lfx-member": "the same platform: members",
  "lfx-project": "the same platform: projects",
  "lfx-survey": "the same platform: surveys",
  "lfx-whoami": "the same platform: who am I",
  "main-compose": "quickstart with Open Policy Agent, main",
  "main-guide-dpop": "guide to DPoP, main",
  "main-guide-oidc": "guide to logins, main",
  "main-guide-opa": "guide to Open Policy Agent, main",
  "main-reference": "every key there is, main",
  "main-testconfig": "Heimdall's own test, main",
  "sso-openfga": "single sign-on with OpenFGA",
  "v14-compose": "quickstart with Open Policy Agent, 0.14",
  "v14-guide-opa": "guide to Open Policy Agent, 0.14",
  "v14-reference": "every key there is, 0.14",
  "v17-example": "example, 0.17",
  "v17-guide-oidc": "guide to logins, 0.17",
  "v17-guide-openfga": "guide to OpenFGA, 0.17",
  "v17-k8s": "Kubernetes example, 0.17",
  "v17-reference": "every key there is, 0.17",
  "v17-validate1": "Heimdall's own test, 0.17",
};

/** Problems that only a person can answer, by what is said of them. */
const answers: ReadonlyArray<readonly [kind: string, says: RegExp]> = [
  ["plain http", /^plain http/],
  [
    "wrong as it is",
    /^expected an origin|Unknown variable|Unexpected |cannot stand here: expected|^no such (secret source|mechanism)|^not a value that is known here$|holds no such value|^a source of type \w+ holds nothing for|^"-" cannot follow/,
  ],
  [
    "stricter here",
    /^the default rule must refuse|^a step may not|^scheme and host of a URL are written out|^certificates lead nowhere/,
  ],
];

export interface Sample {
  readonly name: string;
  readonly kind: string;
  readonly converted: Converted;
  readonly again: Converted;
  /** How many problems of each kind. */
  readonly answers: ReadonlyMap<string, number>;
  /** What nobody can answer. */
  readonly others: readonly string[];
}

export function readSamples(): readonly Sample[] {
  if (!existsSync(samples)) return [];
  return Object.entries(kinds).flatMap(([name, kind]) => {
    const folder = join(samples, name);
    return existsSync(folder) ? [sampleOf(name, kind, folder)] : [];
  });
}

function sampleOf(name: string, kind: string, folder: string): Sample {
  const files = [folder, join(folder, "rules")].filter(existsSync).flatMap((path) =>
    readdirSync(path)
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => ({ file, text: readFileSync(join(path, file), "utf8") })),
  );
  const converted = convert(files);
  const found = new Map<string, number>();
  const others: string[] = [];
  for (const { reason, path } of problemsOf(converted.files)) {
    const [answer] = answers.find(([, says]) => says.test(reason)) ?? [];
    if (answer === undefined) others.push(`${path}: ${reason}`);
    else found.set(answer, (found.get(answer) ?? 0) + 1);
  }
  const again = convert(converted.files.map(({ name: file, text }) => ({ file, text })));
  return { name, kind, converted, again, answers: found, others };
}

/** A row a sample. */
export function sampleTable(all: readonly Sample[]): string {
  const rows = all.map(({ kind, answers: found, others }) => {
    const left = [...found].map(([answer, count]) => `${answer}: ${count}`).join(", ");
    const result =
      others.length > 0 ? "not all of it" : left === "" ? "compiles" : "compiles but for";
    return `| ${kind} | ${result} | ${[left, ...others].filter((one) => one !== "").join("; ")} |`;
  });
  return ["| configuration | converted | what is left |", "|---|---|---|", ...rows].join("\n");
}
