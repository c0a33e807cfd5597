import type { Configuration } from "../configuration.ts";
import { compileConfiguration, type Validated } from "./compile/configuration.ts";
import type { Target } from "./compile/context.ts";
import { type DocumentSource, read } from "./document.ts";
import type { Environment } from "./environment.ts";
import type { Note, Problem } from "./problem.ts";
import { createReport, type Report } from "./report.ts";
import { type MechanismsDocument, mechanismsDocument } from "./schema/mechanisms.ts";
import { type RulesDocument, rulesDocument } from "./schema/rules.ts";
import { root, validate } from "./validate.ts";

export type {} from "../web-names.ts";
export type { Target } from "./compile/context.ts";
export type { DocumentSource } from "./document.ts";
export type { Environment } from "./environment.ts";
export { formatNote, formatProblem, type Note, type Problem } from "./problem.ts";
export type { MechanismsDocument } from "./schema/mechanisms.ts";
export type { RulesDocument } from "./schema/rules.ts";

/** The two documents: YAML texts, or typed objects of the same shape. */
export interface DocumentsInput {
  /** mechanisms.yaml, or heimdall-config.yaml. */
  readonly mechanisms: DocumentSource<MechanismsDocument>;
  /** rules.yaml, or every file of rules/, in the order in which their rules are asked. */
  readonly rules: readonly DocumentSource<RulesDocument>[];
}

export interface CompileOptions {
  /** Where the configuration will run; without it, only what holds everywhere is checked. */
  readonly target?: Target;
  /** What `${NAME}` in a document is replaced from. */
  readonly environment: Environment;
}

export type CompileResult =
  | { readonly ok: true; readonly configuration: Configuration; readonly notes: readonly Note[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly notes: readonly Note[] };

/**
 * Compiles the two documents to what the runtime is handed, or says everything that is wrong with
 * them at once. Never throws, whatever the texts and whatever is passed in their place.
 */
export function compile(documents: DocumentsInput, options: CompileOptions): CompileResult {
  const report = createReport();
  const { environment, target } = { ...nothing, ...options };
  // Callers without types: what is missing, or of another shape, is told like any other problem.
  const { mechanisms: source, rules }: Partial<DocumentsInput> = documents ?? {};
  const ruleSources = Array.isArray(rules) ? rules : [rules];
  const mechanisms = load(source, "mechanisms", mechanismsDocument, environment, report);
  const ruleSets = ruleSources.map((source, index) =>
    load(
      source,
      ruleSources.length === 1 ? "rules" : `rules[${index}]`,
      rulesDocument,
      environment,
      report,
    ),
  );
  // Without its mechanisms every step would lead nowhere: one mistake, told a hundred times.
  if (mechanisms.value === undefined)
    return { ok: false, problems: report.problems(), notes: report.notes() };
  const configuration = compileConfiguration(mechanisms, ruleSets, report, target);
  const problems = report.problems();
  const notes = report.notes();
  return problems.length === 0
    ? { ok: true, configuration, notes }
    : { ok: false, problems, notes };
}

const nothing: CompileOptions = { environment: {} };

function load<T>(
  source: DocumentSource<T> | undefined,
  name: string,
  schema: typeof mechanismsDocument | typeof rulesDocument,
  environment: Environment,
  report: Report,
): Validated {
  const document = read(source, name, environment, report);
  if (document.value === undefined) return { document, value: undefined };
  return { document, value: validate(schema, document.value, root(document), report) };
}
