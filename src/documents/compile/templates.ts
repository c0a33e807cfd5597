import type { Template } from "../../configuration.ts";
import { parseClaims, parsePayload, parseTemplate, TemplateError } from "../../mint/template.ts";
import type { Place, Report } from "../report.ts";

/** A text template, or nothing when it does not compile; the report is told where and why. */
export function compileTemplate(
  source: string,
  place: Place,
  report: Report,
): Template | undefined {
  return compile(parseTemplate, source, place, report);
}

/** A template of claims; `open` are those of ours that it may set. */
export function compileClaims(
  source: string,
  place: Place,
  report: Report,
  open: readonly string[] = [],
): Template | undefined {
  return compile((text) => parseClaims(text, open), source, place, report);
}

/** The template of the body of a request that the edge makes. */
export function compilePayload(source: string, place: Place, report: Report): Template | undefined {
  return compile(parsePayload, source, place, report);
}

function compile(
  parse: (source: string) => Template,
  source: string,
  place: Place,
  report: Report,
): Template | undefined {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    report.problem({ ...place, offset: error.offset }, { reason: error.message });
    return undefined;
  }
}

export function compileTemplates(
  sources: Readonly<Record<string, string>>,
  place: (name: string) => Place,
  report: Report,
): Readonly<Record<string, Template>> {
  const compiled = Object.entries(sources).flatMap(([name, source]) => {
    const template = compileTemplate(source, place(name), report);
    return template === undefined ? [] : [[name, template] as const];
  });
  return Object.fromEntries(compiled);
}
