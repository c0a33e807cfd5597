import { isMap, isScalar, isSeq } from "yaml";
import type { Conversion } from "./conversion.ts";
import { at, itemsOf, mappings, pairOf, remove, rename, setText, textAt, texts } from "./edit.ts";
import { convertErrorSteps } from "./error-handlers.ts";
import type { Inherited } from "./mechanisms.ts";
import { convertOldMatch } from "./old-match.ts";
import { convertTemplates } from "./templates.ts";

/** A rule set: in place. */
export function convertRules(conversion: Conversion, { methods, conditions }: Inherited): void {
  const { document } = conversion;
  const { contents } = document;
  const version = at(contents, "version");
  if (isScalar(version) && String(version.value).startsWith("1alpha")) {
    if (version.value === "1alpha3") markOrder(conversion);
    version.value = "1beta1";
    markBacktracking(conversion);
  }
  for (const rule of itemsOf(at(contents, "rules"))) {
    convertOldMatch(rule, methods, conversion);
    convertMatch(rule, conversion);
    convertSteps(rule, conversion);
    convertErrorSteps(rule, conditions, conversion);
  }
  convertTemplates(contents);
}

/** Before main a request ended at the most specific path, whatever its rule's other conditions said. */
function markBacktracking({ document, todo }: Conversion): void {
  const rules = itemsOf(at(document.contents, "rules"));
  const ends = rules.filter((rule) => {
    const enabled = at(rule, "match", "backtracking_enabled");
    const conditions = ["methods", "hosts", "scheme"].some((key) => pairOf(at(rule, "match"), key));
    return (
      (conditions || pairOf(rule, "methods")) && !(isScalar(enabled) && enabled.value === true)
    );
  });
  const wide = rules.filter((rule) =>
    texts(at(rule, "match")).some(({ value }) => /\/\*|\*\*/.test(withoutOrigin(value))),
  );
  if (ends.length === 0 || wide.length === 0) return;
  const names = wide.map((rule) => textAt(rule, "id") ?? "").join(", ");
  todo(
    pairOf(document.contents, "rules"),
    "matching",
    `a request that a rule's methods, hosts or scheme turned away ended there; here the next less specific rule is asked: see that it may pass ${names}`,
  );
}

/** 0.14 took the first rule of the list; today the most specific path comes first, wherever it stands. */
function markOrder({ document, todo }: Conversion): void {
  const rules = itemsOf(at(document.contents, "rules")).map((rule) => {
    const match = at(rule, "match");
    const url = isScalar(match) ? String(match.value) : (textAt(match, "url") ?? "");
    const path = withoutOrigin(url);
    return { id: textAt(rule, "id") ?? "", path, literal: path.split("<")[0] ?? "" };
  });
  for (const [index, wide] of rules.entries()) {
    if (wide.literal === wide.path) continue;
    const later = rules.slice(index + 1).filter(({ literal }) => literal.startsWith(wide.literal));
    if (later.length === 0) continue;
    todo(
      pairOf(document.contents, "rules"),
      "matching",
      `${wide.id} came first for every request that it matched; here a more specific path does: see that ${later.map(({ id }) => id).join(", ")} may`,
    );
  }
}

/** Of 0.14's whole URLs the path. */
function withoutOrigin(url: string): string {
  return url.replace(/^\w+:\/\/(<[^>]*>|[^/])*/, "");
}

function convertMatch(rule: unknown, conversion: Conversion): void {
  const match = at(rule, "match");
  const id = textAt(rule, "id") ?? "";
  for (const map of mappings(match)) {
    const captures = pairOf(map, "path_params");
    if (captures) rename(captures, "captures");
    const path = at(map, "path");
    if (isScalar(path) && typeof path.value === "string") setText(path, today(path.value));
  }
  remove(match, "backtracking_enabled");
  for (const conditions of [match, at(match, "http")]) convertHosts(conditions, id, conversion);
}

/** `<name>` and `<**>` of earlier mains. */
function today(path: string): string {
  return path.replaceAll(/<(\*\*|\*|\w+)>/g, (_, name: string) => {
    if (name === "**") return "**";
    return name === "*" ? ":*" : `:${name}`;
  });
}

/** `{type, value}` of 0.15 to 0.17. */
function convertHosts(conditions: unknown, id: string, { document, todo }: Conversion): void {
  const hosts = pairOf(conditions, "hosts");
  if (!hosts || !isSeq(hosts.value)) return;
  for (const [index, host] of hosts.value.items.entries()) {
    const type = textAt(host, "type");
    const value = textAt(host, "value");
    if (!isMap(host) || value === undefined) continue;
    const star = value.startsWith("*") && type !== "glob" && type !== "wildcard";
    if (type === "regex" || star || !/^(\*|(\*\.)?[^*?[\]{}\\]+)$/.test(value)) {
      todo(
        hosts,
        "matching",
        `${id}: name the hosts that ${type} ${value} is for; *.HOST are all below it`,
      );
      continue;
    }
    if (type === "glob" && value.startsWith("*")) {
      todo(hosts, "matching", `${id}: ${value} was one label; here it is every host below it`);
    }
    hosts.value.items[index] = document.createNode(value);
  }
}

function convertSteps(rule: unknown, { todo }: Conversion): void {
  const steps = itemsOf(at(rule, "execute"));
  const authenticators = steps.filter((step) => pairOf(step, "authenticator"));
  const [first] = authenticators;
  for (const step of steps) {
    const subject = pairOf(at(step, "config"), "subject");
    if (subject && pairOf(step, "authenticator")) rename(subject, "principal");
  }
  if (authenticators.length < 2 || !isMap(first)) return;
  const names = authenticators.map((step) => textAt(step, "authenticator") ?? "");
  todo(
    pairOf(rule, "execute"),
    "fallback",
    `${textAt(rule, "id") ?? ""}: where a check of ${names[0]} failed, Heimdall (since 0.15, or with allow_fallback_on_error) asked ${names.slice(1).join(", then ")}; here the next is asked only where the credentials are not of the kind or issuer of the one before`,
  );
}
