import type { Pair } from "yaml";
import type { Conversion } from "./conversion.ts";
import { at, itemsOf, pairOf, remove, set, textAt } from "./edit.ts";
import { bindingFor, sourcesOf } from "./secrets.ts";

/** Signers with a key store of their own, and 0.14's one for all: sources of secret_management. */
export function convertSigners(conversion: Conversion): void {
  const { document } = conversion;
  const { contents } = document;
  const shared = pairOf(contents, "signer");
  const sources = new Map<string, string>();
  for (const entry of itemsOf(at(contents, "mechanisms", "finalizers"))) {
    if (textAt(entry, "type") !== "jwt") continue;
    if (!pairOf(entry, "config")) set(document, entry, "config", {});
    const config = at(entry, "config");
    const own = pairOf(config, "signer") ?? shared;
    const signer = own
      ? convertSigner(own.value, sources, conversion)
      : { source: declare(undefined, sources, false, conversion) };
    if (signer) set(document, config, "signer", signer);
  }
  if (shared) remove(contents, "signer");
}

function convertSigner(
  signer: unknown,
  sources: Map<string, string>,
  conversion: Conversion,
): Readonly<Record<string, string>> | undefined {
  const path = textAt(signer, "key_store", "path");
  const refers = ["secret", "source", "key_store"].some((key) => pairOf(signer, key));
  if (path === undefined && refers) return undefined;
  const encrypted = pairOf(at(signer, "key_store"), "password") !== undefined;
  const source = declare(path, sources, encrypted, conversion);
  const selector = textAt(signer, "key_id");
  const name = textAt(signer, "name");
  return {
    source,
    ...(selector === undefined ? {} : { selector }),
    ...(name === undefined ? {} : { name }),
  };
}

/** A source for the keys of a file; without one, for those that Heimdall made itself. */
function declare(
  path: string | undefined,
  known: Map<string, string>,
  encrypted: boolean,
  { document, todo }: Conversion,
): string {
  const before = known.get(path ?? "");
  if (before !== undefined) return before;
  const sources = sourcesOf(document);
  let name = "signing_keys";
  for (let number = 2; pairOf(sources, name); number += 1) name = `signing_keys_${number}`;
  known.set(path ?? "", name);
  const secret = bindingFor(name);
  set(document, sources, name, { type: "pem", config: { secret } });
  const made: Pair | undefined = pairOf(sources, name);
  const content =
    path === undefined
      ? "a key, which Heimdall made by itself (npx dpop-edge secret signing-key),"
      : `the content of ${path}${encrypted ? ", decrypted," : ""}`;
  todo(made, "secret", `store ${content} as the secret ${secret}`);
  return name;
}
