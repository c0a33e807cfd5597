import type { SecretReference, SecretSource } from "../../configuration.ts";
import { isRecord } from "../../record.ts";
import { nearest } from "../nearest.ts";
import { below, type Place, type Report } from "../report.ts";
import { secretSource } from "../schema/secrets.ts";
import { typed } from "../validate.ts";
import type { Context, SecretUse, Target } from "./context.ts";
import { reference } from "./named-secret.ts";

/** The sources under `secret_management`, and the questions that the rest of the documents asks of them. */
export interface Sources {
  readonly secrets: Readonly<Record<string, SecretSource>>;
  readonly secret: Context["secret"];
  readonly inlineValue: Context["inlineValue"];
}

const kinds: Readonly<Record<SecretUse, readonly SecretSource["kind"][]>> = {
  nonces: ["jwks"],
  signing: ["jwks", "pem"],
  credentials: ["inline"],
  "trust anchors": ["pem"],
};

/** @param value `secret_management` as validated; @param declared its names, the broken ones too */
export function compileSources(
  value: unknown,
  declared: readonly string[],
  place: Place,
  report: Report,
  target: Target | undefined,
): Sources {
  const secrets: Record<string, SecretSource> = {};
  for (const [name, entry] of Object.entries(isRecord(value) ? value : {})) {
    const source = typed(secretSource, entry);
    if (source === undefined) continue;
    const spot = below(place, name, "config");
    const from =
      source.type === "inline"
        ? inlineOrigin(source.config, spot, report)
        : source.type === "file"
          ? { path: source.config.path }
          : textOrigin(source.config, name, spot, report);
    if (from === undefined) continue;
    if ("path" in from) judgePath(name, below(spot, "path"), report, target);
    const password = source.type === "pem" ? source.config.password : undefined;
    secrets[name] = {
      kind: source.type === "file" ? "inline" : source.type,
      from,
      ...(source.type === "file" ? { mapping: true } : {}),
      ...(password === undefined ? {} : { password: reference(password) }),
    };
  }
  for (const [name, { password }] of Object.entries(secrets)) {
    const spot = below(place, name, "config", "password");
    if (password) judgeReference(password, "credentials", spot, secrets, declared, report);
  }
  return {
    secrets,
    secret(reference, use, spot) {
      if (declared.length === 0 && report.isBroken(place)) return false;
      return judgeReference(reference, use, spot, secrets, declared, report);
    },
    inlineValue(name, key) {
      const from = secrets[name]?.from;
      return from !== undefined && "values" in from ? from.values[key] : undefined;
    },
  };
}

function textOrigin(
  config: { secret?: string | undefined; path?: string | undefined },
  name: string,
  place: Place,
  report: Report,
): SecretSource["from"] | undefined {
  const { secret, path } = config;
  if (secret !== undefined && path === undefined) return { binding: secret };
  if (path !== undefined && secret === undefined) return { path };
  if (!report.isBroken(place)) {
    report.problem(place, {
      reason: `the secret source ${name} needs exactly one of secret and path`,
      suggestion: `write config: {secret: ${bindingFor(name)}}`,
    });
  }
  return undefined;
}

function inlineOrigin(
  config: Readonly<Record<string, string | Readonly<Record<string, string>>>>,
  place: Place,
  report: Report,
): SecretSource["from"] | undefined {
  const entries = Object.entries(config);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [key, text] = only;
    if (key === "secret" && typeof text === "string") return { binding: text };
    if (key === "path" && typeof text === "string") return { path: text };
  }
  const values: Record<string, string> = {};
  for (const [key, entry] of entries) {
    judgeInline(below(place, key), report);
    if (typeof entry === "string") values[key] = entry;
    else for (const [part, text] of Object.entries(entry)) values[`${key}/${part}`] = text;
  }
  if (entries.length > 0) {
    report.note(
      place,
      "inline values become part of the build; for anything but development write config: {secret: NAME}",
    );
  }
  return { values };
}

/** The environment of the build would end in the bundle. */
function judgeInline(place: Place, report: Report): void {
  const { document, path } = place;
  const prefix = JSON.stringify(path).slice(0, -1);
  for (const key of document.environment.keys()) {
    if (!key.startsWith(prefix)) continue;
    report.problem(place, {
      reason:
        "a secret never comes from the environment of the build, where it would become part of the bundle",
      suggestion: "write config: {secret: NAME}, and store it under that name",
    });
    return;
  }
}

function judgePath(name: string, place: Place, report: Report, target: Target | undefined): void {
  const binding = bindingFor(name);
  if (target === "cloudflare") {
    report.problem(place, {
      reason: "a Worker has no files to read a secret from",
      suggestion: `write config: {secret: ${binding}} and run: npx wrangler secret put ${binding}`,
    });
  } else if (target === undefined) {
    report.note(
      place,
      `not for Cloudflare, where a Worker has no files: there write config: {secret: ${binding}}`,
    );
  }
}

function bindingFor(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
}

function judgeReference(
  reference: SecretReference,
  use: SecretUse,
  place: Place,
  secrets: Readonly<Record<string, SecretSource>>,
  declared: readonly string[],
  report: Report,
): boolean {
  const source = Object.hasOwn(secrets, reference.source) ? secrets[reference.source] : undefined;
  if (source === undefined) {
    if (declared.includes(reference.source)) return false;
    const close = nearest(reference.source, declared);
    report.problem(below(place, "source"), {
      reason: "no such secret source under secret_management",
      found: JSON.stringify(reference.source),
      ...(declared.length > 0 ? { allowed: declared.join(", ") } : {}),
      suggestion: close
        ? `did you mean ${close}?`
        : `declare secret_management.${reference.source}`,
    });
    return false;
  }
  if (!kinds[use].includes(source.kind)) {
    report.problem(below(place, "source"), {
      reason: `a source of type ${source.kind} holds nothing for ${use}`,
      allowed: `a source of type ${kinds[use].join(" or ")}`,
    });
    return false;
  }
  if (!("values" in source.from)) return true;
  return judgeSelector(reference, Object.keys(source.from.values), place, report);
}

function judgeSelector(
  { selector }: SecretReference,
  names: readonly string[],
  place: Place,
  report: Report,
): boolean {
  if (selector === undefined ? names.length === 1 : names.includes(selector)) return true;
  const close = selector === undefined ? undefined : nearest(selector, names);
  report.problem(below(place, "selector"), {
    reason:
      selector === undefined
        ? "the source holds several values: a selector is needed"
        : "the source holds no such value",
    ...(selector === undefined ? {} : { found: JSON.stringify(selector) }),
    allowed: names.join(", "),
    ...(close ? { suggestion: `did you mean ${close}?` } : {}),
  });
  return false;
}
