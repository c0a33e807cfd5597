import type { z } from "zod";
import type { Ask, Template } from "../../configuration.ts";
import type { Place, Report } from "../report.ts";
import type { calledEndpoint } from "../schema/called-endpoint.ts";
import type { Context } from "./context.ts";
import { compileEndpoint } from "./endpoint.ts";
import type { Settings } from "./settings.ts";
import { compilePayload, compileTemplates } from "./templates.ts";
import { compileUrl, encoded, isForm } from "./url-template.ts";

interface Asked {
  readonly endpoint?: z.output<typeof calledEndpoint> | undefined;
  readonly payload?: string | undefined;
  readonly values: Readonly<Record<string, string>>;
  readonly cache_ttl: number;
}

/** A question to `endpoint`, of any mechanism that asks. */
export function compileAsk(config: Asked, settings: Settings, context: Context): Ask | undefined {
  const { report } = context;
  const { endpoint: written } = config;
  if (written === undefined) {
    if (!report.isBroken(settings.place("endpoint")))
      report.problem(settings.place("endpoint"), {
        reason: "endpoint is missing",
        allowed: "a URL",
      });
    return undefined;
  }
  const values = compileTemplates(config.values, (name) => settings.place("values", name), report);
  const url = compileUrl(written.url, values, settings.place("endpoint", "url"), report);
  if (url === undefined) return undefined;
  judgeSpelling(written.url, settings.place("endpoint", "url"), report);
  const { origin } = url;
  const { method, headers, ...rest } = written;
  const endpoint = compileEndpoint(
    { ...rest, url: origin, headers: {} },
    "endpoint",
    settings,
    context,
  );
  const payload =
    config.payload === undefined
      ? undefined
      : compileBody(config.payload, values, settings.place("payload"), report);
  const templates = compileTemplates(
    headers,
    (name) => settings.place("endpoint", "headers", name),
    report,
  );
  if (endpoint === undefined) return undefined;
  return {
    endpoint,
    url: url.template,
    method,
    headers: templates,
    ...(payload === undefined ? {} : { payload }),
    values,
    cacheTtl: config.cache_ttl,
  };
}

/** A URL that is not sent as it was rendered is refused: what is written must be no reason for that. */
function judgeSpelling(source: string, place: Place, report: Report): void {
  const written = source.trim().replace(/\{\{.*?\}\}/gs, "x");
  const href = URL.canParse(written) ? new URL(written).href : written;
  if (href === written || href === `${written}/`) return;
  report.problem(place, {
    reason: "a URL is written as it is sent: every request would be refused",
    found: JSON.stringify(source.trim()),
    suggestion: source.includes("{{")
      ? "write the host in lower case without :443, a slash behind the host, no dot segments, and percent-encode what a URL cannot hold"
      : `write ${href}`,
  });
}

/** In a form a value that is not encoded would become a field of its own: a client could name another user. */
function compileBody(
  source: string,
  values: Readonly<Record<string, Template>>,
  place: Place,
  report: Report,
): Template | undefined {
  const template = compilePayload(source, place, report);
  return template && isForm(template) ? encoded(template, values) : template;
}
