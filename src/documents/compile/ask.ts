import type { z } from "zod";
import type { Ask, Template, TemplateExpression } from "../../configuration.ts";
import type { calledEndpoint } from "../schema/called-endpoint.ts";
import type { Context } from "./context.ts";
import { compileEndpoint } from "./endpoint.ts";
import type { Settings } from "./settings.ts";
import { compilePayload, compileTemplate, compileTemplates } from "./templates.ts";

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
  const place = settings.place("endpoint", "url");
  const origin = /^https?:\/\/[^/?#{}\\@\s]+(?=[/?]|$)/.exec(written.url)?.[0];
  if (origin === undefined) {
    report.problem(place, {
      reason: "scheme and host of an endpoint are written out: a template begins after them",
    });
    return undefined;
  }
  const { method, headers, url, ...rest } = written;
  const endpoint = compileEndpoint(
    { ...rest, url: origin, headers: {} },
    "endpoint",
    settings,
    context,
  );
  const values = compileTemplates(config.values, (name) => settings.place("values", name), report);
  const template = compileTemplate(url, place, report);
  const payload =
    config.payload === undefined
      ? undefined
      : compilePayload(config.payload, settings.place("payload"), report);
  const templates = compileTemplates(
    headers,
    (name) => settings.place("endpoint", "headers", name),
    report,
  );
  if (endpoint === undefined || template === undefined) return undefined;
  return {
    endpoint: { ...endpoint, url: new URL(origin).origin },
    url: encoded(template, values),
    method,
    headers: templates,
    ...(payload === undefined ? {} : { payload }),
    values,
    cacheTtl: config.cache_ttl,
  };
}

/**
 * What a request brings must stay one part of the URL: it is encoded, unless the template does so.
 * `.Values` that the document writes out may hold slashes.
 */
function encoded(template: Template, values: Readonly<Record<string, Template>>): Template {
  return template.map((node) => {
    switch (node.kind) {
      case "emit":
        return isSafe(node.value, values)
          ? node
          : { ...node, value: { kind: "call", name: "urlpart", arguments: [node.value] } };
      case "if":
        return {
          ...node,
          whenTrue: encoded(node.whenTrue, values),
          whenFalse: encoded(node.whenFalse, values),
        };
      case "range":
        return {
          ...node,
          body: encoded(node.body, values),
          whenEmpty: encoded(node.whenEmpty, values),
        };
      default:
        return node;
    }
  });
}

function isSafe(value: TemplateExpression, values: Readonly<Record<string, Template>>): boolean {
  if (value.kind === "literal") return true;
  if (value.kind === "call") return value.name === "urlenc";
  if (value.kind !== "field" || value.root !== "" || value.path[0] !== "Values") return false;
  return values[value.path[1] ?? ""]?.every((node) => node.kind === "text") ?? false;
}
