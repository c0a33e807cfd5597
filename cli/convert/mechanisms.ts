import { isMap, isScalar, isSeq } from "yaml";
import type { Conversion } from "./conversion.ts";
import { convertCredentials } from "./credentials.ts";
import { at, entries, itemsOf, nameOf, pairOf, remove, rename, textAt } from "./edit.ts";
import { type Conditions, convertErrorHandlers } from "./error-handlers.ts";
import { convertSecrets } from "./secrets.ts";
import { convertSigners } from "./signers.ts";
import { convertTemplates } from "./templates.ts";
import { markHeaders, markUrls } from "./urls.ts";

/** What rules inherit of the configuration, in the versions where they do. */
export interface Inherited {
  /** 0.14: the methods of a rule that names none. */
  readonly methods: readonly string[];
  /** 0.14: what error handlers are for, which the mechanism said. */
  readonly conditions: Conditions;
}

/** heimdall-config.yaml, or mechanisms.yaml: in place. */
export function convertMechanisms(conversion: Conversion): Inherited {
  const { document } = conversion;
  const { contents } = document;
  convertServe(conversion);
  remove(contents, "secrets_reload_enabled");
  convertSecrets(conversion);
  convertSigners(conversion);
  for (const entry of entries(contents, "authenticators")) convertAuthenticator(entry, conversion);
  convertCredentials(conversion);
  const conditions = convertErrorHandlers(conversion);
  const methods = defaultMethods(contents);
  convertTemplates(contents);
  markUrls(conversion);
  markHeaders(conversion);
  return { methods, conditions };
}

/** 0.14 served decisions and the proxy apart, each with settings of its own. */
function convertServe(conversion: Conversion): void {
  const { document } = conversion;
  const { contents } = document;
  const serve = pairOf(contents, "serve");
  const old = ["proxy", "decision"]
    .map((key) => pairOf(serve?.value, key))
    .filter((pair) => pair !== undefined);
  const management = pairOf(serve?.value, "management");
  if (management && isMap(contents)) {
    remove(serve?.value, "management");
    if (!pairOf(contents, "management")) contents.items.push(management);
  }
  const [chosen, other] = old;
  if (serve && chosen) {
    serve.value = chosen.value;
    if (other) {
      conversion.todo(
        serve,
        "left",
        `serve.${nameOf(other)} is gone: here there is one way in, and serve says what serve.${nameOf(chosen)} said`,
      );
    }
  }
  if (pairOf(serve?.value, "public_origin") === undefined) {
    conversion.todo(
      serve,
      "public-origin",
      "write serve: {public_origin: https://HOST}, what clients call and sign; on Workers it may be left out",
    );
  }
}

/** Older names, and what falls through in another way here. */
function convertAuthenticator(entry: unknown, conversion: Conversion): void {
  const config = at(entry, "config");
  const id = textAt(entry, "id") ?? "";
  const subject = pairOf(config, "subject");
  if (subject) rename(subject, "principal");
  convertTokenSource(config, id, conversion);
  const fallback = pairOf(config, "allow_fallback_on_error");
  if (fallback) {
    if (isScalar(fallback.value) && fallback.value.value === true) {
      conversion.todo(
        pairOf(entry, "id"),
        "fallback",
        `${id} had allow_fallback_on_error: here the next authenticator is asked only where the credentials are not of this one's kind or issuer, never after a check has failed`,
      );
    }
    remove(config, "allow_fallback_on_error");
  }
}

/** RFC 9449 section 7.1: a bound token comes in the Authorization header; the other places are left out. */
function convertTokenSource(config: unknown, id: string, { todo }: Conversion): void {
  for (const key of ["jwt_source", "token_source"]) {
    const sources = pairOf(config, key);
    if (!sources || !isSeq(sources.value)) continue;
    const kept = sources.value.items.filter((item) => {
      const header = textAt(item, "header");
      return header !== undefined && header.toLowerCase() === "authorization";
    });
    const names = sources.value.items.filter((item) => !kept.includes(item)).map(sourceName);
    if (names.length === 0) continue;
    sources.value.items = kept;
    if (kept.length === 0) remove(config, key);
    const place = kept.length === 0 ? pairOf(config, "assertions") : sources;
    todo(
      place,
      "matching",
      `${id} also read tokens from ${names.join(" and ")}; here from the Authorization header only`,
    );
  }
}

function sourceName(item: unknown): string {
  return ["header", "query_parameter", "body_parameter", "cookie"]
    .flatMap((kind) => {
      const name = textAt(item, kind);
      return name === undefined ? [] : [`the ${kind.replace("_", " ")} ${name}`];
    })
    .join(", ");
}

/** 0.14: `default_rule.methods` are those of every rule that names none. */
function defaultMethods(contents: unknown): readonly string[] {
  const rule = at(contents, "default_rule");
  const methods = itemsOf(at(rule, "methods")).map((one) =>
    isScalar(one) ? String(one.value) : "",
  );
  remove(rule, "methods");
  return methods;
}
