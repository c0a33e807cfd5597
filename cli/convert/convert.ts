import { UsageError } from "../exit.ts";
import { type Conversion, conversionOf, type Question, todosOf } from "./conversion.ts";
import { markProblems } from "./leftovers.ts";
import { convertMechanisms, type Inherited } from "./mechanisms.ts";
import { type Version, versionOf } from "./recognise.ts";
import { convertRules } from "./rules.ts";
import { type Part, partsOf, type Source } from "./sources.ts";

/** The documents in today's spelling, and what only a person can answer. */
export interface Converted {
  readonly versions: readonly Version[];
  /** By the names that `check` reads: mechanisms.yaml, rules.yaml or rules/NAME.yaml. */
  readonly files: readonly Written[];
  /** What was given and is neither a configuration nor a rule set. */
  readonly others: readonly string[];
  /** How many problems `check` would tell. */
  readonly problems: number;
}

export interface Written {
  readonly name: string;
  readonly text: string;
  readonly todos: readonly Todo[];
}

export interface Todo {
  readonly line: number;
  readonly question: Question;
  readonly says: string;
}

/** Throws UsageError for what are no documents of Heimdall's. */
export function convert(sources: readonly Source[]): Converted {
  const { parts, others } = partsOf(sources);
  const [configuration, other] = parts.filter((part) => part.kind === "mechanisms");
  const ruleSets = parts.filter((part) => part.kind === "rules");
  if (other) {
    throw new UsageError(`${other.source.file} is a second configuration: convert one at a time.`);
  }
  if (parts.length === 0) {
    throw new UsageError("Neither a configuration of Heimdall nor a rule set is among the files.");
  }
  const versions = [...new Set(parts.map(({ document }) => versionOf(document.contents)))];
  const whole = configuration && conversion(configuration);
  const inherited = whole ? convertMechanisms(whole) : { methods: [], conditions: new Map() };
  const files = [
    ...(whole ? [{ name: "mechanisms.yaml", text: whole.text() }] : []),
    ...ruleSets.map((part, index) => ruleFile(part, index, ruleSets.length, inherited)),
  ];
  const { texts, problems } = markProblems(files);
  return {
    versions: versions.filter((version) => version !== undefined),
    others,
    files: texts.map(({ name, text }) => ({ name, text, todos: todosOf(text) })),
    problems,
  };
}

function ruleFile(part: Part, index: number, count: number, inherited: Inherited) {
  const set = conversion(part);
  convertRules(set, inherited);
  const file = part.source.file.replace(/^.*\//, "").replace(/\.ya?ml$/, "");
  const name = (part.name || file).replace(/^\d+-/, "").replaceAll(/[^\w.-]+/g, "-");
  const number = String(index + 1).padStart(2, "0");
  return {
    name: count === 1 ? "rules.yaml" : `rules/${number}-${name}.yaml`,
    text: set.text(),
  };
}

function conversion({ document, source }: Part): Conversion {
  return conversionOf(document, source.text);
}
