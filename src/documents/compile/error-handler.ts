import type { ErrorHandler } from "../../configuration.ts";
import { genericErrorConfig, redirectConfig, wwwAuthenticateConfig } from "../schema/finalizers.ts";
import type { Context } from "./context.ts";
import { judgeName } from "./finalizer.ts";
import type { Mechanism, Settings } from "./settings.ts";
import { compilePayload, compileTemplate, compileTemplates } from "./templates.ts";
import { compileUrl } from "./url-template.ts";

/** @param id the step's own name, or the mechanism's */
export function compileErrorHandler(
  mechanism: Mechanism,
  settings: Settings,
  id: string,
  context: Context,
): ErrorHandler | undefined {
  switch (mechanism.type) {
    case "redirect":
      return compileRedirect(settings, id, context);
    case "generic":
      return compileGeneric(settings, id, context);
    case "www_authenticate": {
      const config = settings.read(wwwAuthenticateConfig, context.report);
      if (config === undefined) return undefined;
      const { realm } = config;
      return { type: "www_authenticate", id, ...(realm === undefined ? {} : { realm }) };
    }
    default:
      return { type: "default", id };
  }
}

function compileRedirect(
  settings: Settings,
  id: string,
  { report }: Context,
): ErrorHandler | undefined {
  const config = settings.read(redirectConfig, report);
  if (config === undefined) return undefined;
  if (config.to === undefined) {
    if (!report.isBroken(settings.place("to")))
      report.problem(settings.place("to"), { reason: "to is missing", allowed: "a URL" });
    return undefined;
  }
  const to = compileUrl(config.to, {}, settings.place("to"), report);
  if (to === undefined) return undefined;
  const headers = [["Location", to.template]] as const;
  return { type: "response", id, status: config.code, origin: to.origin, headers, values: {} };
}

function compileGeneric(
  settings: Settings,
  id: string,
  context: Context,
): ErrorHandler | undefined {
  const { report } = context;
  const config = settings.read(genericErrorConfig, report);
  if (config === undefined) return undefined;
  const { code: status } = config;
  if (status === undefined) {
    if (!report.isBroken(settings.place("code")))
      report.problem(settings.place("code"), { reason: "code is missing", allowed: "200 to 599" });
    return undefined;
  }
  const values = compileTemplates(config.values, (name) => settings.place("values", name), report);
  let origin: string | undefined;
  const headers = config.headers.flatMap((entry, index) =>
    Object.entries(entry).flatMap(([name, source]) => {
      const place = settings.place("headers", index, name);
      judgeName(name, { ...place, at: "key" }, context);
      if (name.toLowerCase() === "location") {
        const to = compileUrl(source, values, place, report);
        origin = to?.origin;
        return to === undefined ? [] : [[name, to.template] as const];
      }
      const template = compileTemplate(source, place, report);
      return template === undefined ? [] : [[name, template] as const];
    }),
  );
  if (config.body !== undefined && [204, 205, 304].includes(status)) {
    report.problem(settings.place("body"), { reason: `an answer of ${status} has no body` });
    return undefined;
  }
  const body =
    config.body === undefined
      ? undefined
      : compilePayload(config.body, settings.place("body"), report);
  return {
    type: "response",
    id,
    status,
    ...(origin === undefined ? {} : { origin }),
    headers,
    ...(body === undefined ? {} : { body }),
    values,
  };
}
