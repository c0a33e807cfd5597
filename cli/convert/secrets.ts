import { type Document, isMap, isScalar, type YAMLMap } from "yaml";
import type { Conversion } from "./conversion.ts";
import { at, mappings, nameOf, pairOf, remove, rename, set, textAt } from "./edit.ts";

/** `secret_management`: secrets of files and of the environment become secrets by name. */
export function convertSecrets(conversion: Conversion): void {
  const { document, todo } = conversion;
  const sources = at(document.contents, "secret_management");
  if (!isMap(sources)) return;
  for (const source of sources.items) {
    const name = nameOf(source);
    const type = textAt(source.value, "type");
    const config = pairOf(source.value, "config");
    const path = textAt(config?.value, "path");
    if (path !== undefined) {
      const secret = bindingFor(name);
      config?.value && set(document, config.value, "secret", secret);
      remove(config?.value, "path");
      remove(config?.value, "watch");
      const encrypted = isScalar(at(config?.value, "password"));
      if (encrypted) remove(config?.value, "password");
      if (type === "file") set(document, source.value, "type", "inline");
      todo(source, "secret", `store ${contentOf(type, path, encrypted)} as the secret ${secret}`);
    } else if (type === "inline") convertInline(name, source, conversion);
  }
}

function contentOf(type: string | undefined, path: string, encrypted: boolean): string {
  if (type === "file")
    return `the values of ${path} (JSON, texts by name, NAME/PART for what is nested)`;
  return `the content of ${path}${encrypted ? ", decrypted," : ""}`;
}

type Source = Parameters<Conversion["todo"]>[0];

/** Values of the document, or of the build's environment, would end in the bundle: together they become one secret. */
function convertInline(name: string, source: Source, { document, todo }: Conversion): void {
  const value = at(document.contents, "secret_management", name);
  const config = at(value, "config");
  if (!isMap(config)) return;
  for (const entry of mappings(config)) {
    const user = pairOf(entry, "user");
    if (user && pairOf(entry, "password")) rename(user, "user_id");
  }
  if (isNamed(config) || config.items.length === 0) return;
  const names = config.items.flatMap((pair) =>
    isMap(pair.value)
      ? pair.value.items.map((part) => `${nameOf(pair)}/${nameOf(part)}`)
      : [nameOf(pair)],
  );
  const secret = bindingFor(name);
  set(document, value, "config", { secret });
  const json = names.map((one) => `"${one}": "..."`).join(", ");
  todo(
    source,
    "secret",
    `store {${json}} as the secret ${secret}, with the values that stood here`,
  );
}

/** `{secret: NAME}` or `{path: FILE}` already. */
function isNamed(config: YAMLMap): boolean {
  const [only, ...others] = config.items;
  const value = only && isScalar(only.value) ? only.value.value : undefined;
  return (
    others.length === 0 &&
    only !== undefined &&
    ["secret", "path"].includes(nameOf(only)) &&
    typeof value === "string" &&
    /^[A-Z][A-Z0-9_]*$|^[./]/.test(value)
  );
}

/** The name of a Worker secret, for what had another name. */
export function bindingFor(name: string): string {
  const letters = name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
  return /^[A-Z]/.test(letters) ? letters : `SECRET_${letters}`;
}

/** A source of type inline for secrets that stood in the mechanisms themselves; all in one. */
export function secretNamed(
  selector: string,
  { document }: Conversion,
): Readonly<Record<string, string>> {
  const sources = sourcesOf(document);
  if (!pairOf(sources, "mechanism_secrets")) {
    set(document, sources, "mechanism_secrets", {
      type: "inline",
      config: { secret: "MECHANISM_SECRETS" },
    });
  }
  return { source: "mechanism_secrets", selector };
}

/** `secret_management`, made before the mechanisms where there is none. */
export function sourcesOf(document: Document): unknown {
  const { contents } = document;
  if (isMap(contents) && !pairOf(contents, "secret_management")) {
    const position = contents.items.findIndex((pair) => nameOf(pair) === "mechanisms");
    contents.items.splice(Math.max(0, position), 0, document.createPair("secret_management", {}));
  }
  return at(contents, "secret_management");
}
