import { allMechanisms } from "../../mechanisms/all.ts";
import { languageOf } from "../../mint/language.ts";
import { renderText } from "../../mint/render.ts";
import { parseTemplate, TemplateError } from "../../mint/template.ts";
import { seenOfNobody } from "../../mint/template-data.ts";
import type { Context } from "./context.ts";
import type { Settings } from "./settings.ts";

interface Config {
  readonly assertions: { readonly issuers?: readonly string[] | undefined };
}

/**
 * A config whose endpoint names the token's issuer, `{{ .TokenIssuer }}`, stands for as many as there
 * are issuers: whom the edge asks never depends on what a stranger writes into a token, for every URL
 * is known when the documents are compiled.
 */
export function eachIssuer<C extends Config>(
  config: C,
  keys: readonly (keyof C & string)[],
  settings: Settings,
  context: Context,
): ReadonlyArray<{
  readonly config: C;
  readonly issuers: readonly string[];
  readonly split: boolean;
}> {
  const { report } = context;
  const issuers = config.assertions.issuers ?? [];
  const key = keys.find((key) => urlOf(config[key])?.includes("{{"));
  const url = key === undefined ? undefined : urlOf(config[key]);
  if (key === undefined || url === undefined) return [{ config, issuers, split: false }];
  const place = settings.place(key, "url");
  if (!/^https?:\/\/[^/?#{}\s]+[/?]/.test(url)) {
    report.problem(place, {
      reason:
        "scheme and host of an endpoint are no template: a token would choose whom the edge asks",
      suggestion: "write the host, and a template behind it",
    });
    return [];
  }
  if (issuers.length === 0) {
    report.problem(place, {
      reason: "an endpoint that depends on the token's issuer needs assertions.issuers",
      suggestion: "write assertions: {issuers: [https://ISSUER]}",
    });
    return [];
  }
  const found: Array<{ config: C; issuers: readonly string[]; split: boolean }> = [];
  for (const issuer of issuers) {
    try {
      const own = { ...Object(config[key]), url: urlFor(url, issuer) };
      found.push({ config: { ...config, [key]: own }, issuers: [issuer], split: true });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      report.problem(place, { reason: error.message });
      return [];
    }
  }
  return found;
}

function urlOf(endpoint: unknown): string | undefined {
  const { url } = { url: undefined, ...Object(endpoint) };
  return typeof url === "string" ? url : undefined;
}

/** Throws TemplateError. */
function urlFor(template: string, issuer: string): string {
  const literal = JSON.stringify(issuer);
  const text = template.replace(/\{\{.*?\}\}/gs, (action) =>
    action.replace(/(^|[\s({|])\.TokenIssuer\b/g, (_, before: string) => before + literal),
  );
  return renderText(parseTemplate(text), nobody);
}

const nobody = seenOfNobody({}, languageOf(allMechanisms));
