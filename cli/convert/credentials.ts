import { isMap, isScalar, type Pair, type YAMLMap } from "yaml";
import type { Conversion } from "./conversion.ts";
import { at, entries, mappings, pairOf, remove, rename, set, textAt } from "./edit.ts";
import { bindingFor, secretNamed, sourcesOf } from "./secrets.ts";

/** Passwords and keys that stood in the mechanisms: references to a secret, and the value gone. */
export function convertCredentials(conversion: Conversion): void {
  const { contents } = conversion.document;
  flattenAuth(contents);
  forgetUnused(contents);
  const kinds = ["authenticators", "authorizers", "contextualizers", "finalizers"];
  for (const entry of kinds.flatMap((kind) => entries(contents, kind))) {
    const id = textAt(entry, "id") ?? "mechanism";
    const type = textAt(entry, "type");
    const config = at(entry, "config");
    convertTrustStore(config, id, conversion);
    if (isMap(config) && type === "basic_auth") replace(config, "password", id, conversion);
    if (isMap(config) && type === "oauth2_client_credentials") {
      replace(config, "client_secret", id, conversion);
    }
    for (const map of mappings(config)) convertAuth(map, id, conversion);
  }
}

/** 0.17: a file of certificates; today a source that holds them. */
function convertTrustStore(config: unknown, id: string, conversion: Conversion): void {
  const store = pairOf(config, "trust_store");
  const path = textAt(config, "trust_store");
  if (!store || path === undefined) return;
  const { document, todo } = conversion;
  const source = `${id}_trust_anchors`;
  const secret = bindingFor(source);
  rename(store, "trust_anchors");
  store.value = document.createNode({ source });
  const sources = sourcesOf(document);
  set(document, sources, source, { type: "pem", config: { secret } });
  todo(pairOf(sources, source), "secret", `store the content of ${path} as the secret ${secret}`);
}

function convertAuth(map: YAMLMap, id: string, conversion: Conversion): void {
  const auth = at(map, "auth");
  const config = at(auth, "config");
  if (!isMap(config)) return;
  switch (textAt(auth, "type")) {
    case "basic_auth": {
      const user = pairOf(config, "user");
      if (user) rename(user, "user_id");
      replace(config, "password", id, conversion);
      break;
    }
    case "api_key":
      if (replace(config, "value", id, conversion)) {
        const value = pairOf(config, "value");
        if (value) rename(value, "secret");
      }
      break;
    case "oauth2_client_credentials":
      replace(config, "client_secret", id, conversion);
      break;
  }
}

function replace(config: YAMLMap, key: string, id: string, conversion: Conversion): boolean {
  const value = scalarAt(config, key);
  if (value === undefined) return false;
  const { document, todo } = conversion;
  const selector = free(id, conversion);
  set(document, config, key, secretNamed(selector, conversion));
  const from = /^\$\{(\w+)/.exec(value)?.[1];
  const what = from ? `the value of ${from}` : "the value that stood in the document";
  const place = pairOf(at(document.contents, "secret_management"), "mechanism_secrets");
  todo(
    place,
    "secret",
    `store in the secret MECHANISM_SECRETS, which is JSON, "${selector}": ${what}`,
  );
  return true;
}

/** A number is a password too. */
function scalarAt(config: YAMLMap, key: string): string | undefined {
  const found = at(config, key);
  return isScalar(found) && found.value !== null ? String(found.value) : undefined;
}

const unused = ["providers", "cache", "management", "metrics", "tracing", "profiling"];

/** Secrets of parts that mean nothing here: nobody needs them, and they are not copied. */
function forgetUnused(contents: unknown): void {
  const parts = [
    ...unused.map((key) => at(contents, key)),
    ...["tls", "decision", "proxy"].map((key) => at(contents, "serve", key)),
  ];
  for (const map of parts.flatMap(mappings)) {
    for (const key of ["password", "client_secret"]) if (isScalar(at(map, key))) remove(map, key);
    const auth = at(map, "auth", "config");
    if (isScalar(at(auth, "value"))) remove(auth, "value");
  }
}

/** A mechanism can have several secrets. */
function free(id: string, { document }: Conversion): string {
  const taken = new Set(
    mappings(document.contents).flatMap((map) =>
      textAt(map, "source") === "mechanism_secrets" ? [textAt(map, "selector")] : [],
    ),
  );
  let name = id;
  for (let number = 2; taken.has(name); number += 1) name = `${id}-${number}`;
  return name;
}

/** `auth: {auth: {...}}`, which Heimdall's own examples write. */
function flattenAuth(contents: unknown): void {
  for (const map of mappings(contents)) {
    const auth: Pair | undefined = pairOf(map, "auth");
    const inner = at(auth?.value, "auth");
    if (auth && inner !== undefined) auth.value = inner;
  }
}
