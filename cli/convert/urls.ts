import { isMap, isScalar } from "yaml";
import { isLoopback } from "../../src/loopback.ts";
import type { Conversion } from "./conversion.ts";
import { at, mappings } from "./edit.ts";

/** Says at each plain http URL that only its owner knows whether https is there. */
export function markUrls({ document, todo }: Conversion): void {
  for (const map of mappings(at(document.contents, "mechanisms"))) {
    for (const pair of map.items) {
      const value = isScalar(pair.value) ? pair.value.value : undefined;
      if (typeof value !== "string" || !isEndpoint(String(pair.key)) || !isPlain(value)) continue;
      todo(
        pair,
        "http",
        `write https in place of http in ${value}, or insecure: true beside url if you must`,
      );
    }
  }
}

/** What a build's environment holds would be part of the bundle. */
export function markHeaders({ document, todo }: Conversion): void {
  for (const map of mappings(at(document.contents, "mechanisms"))) {
    const headers = at(map, "headers");
    if (!isMap(headers)) continue;
    for (const pair of headers.items) {
      const value = isScalar(pair.value) ? pair.value.value : undefined;
      if (typeof value !== "string" || value.includes("{{")) continue;
      if (!/authorization|cookie|key|token|secret/i.test(String(pair.key))) continue;
      const name = /\$\{\w+/.test(value)
        ? `${String(pair.key)}: ${value}`
        : `what ${String(pair.key)} says`;
      todo(
        pair,
        "secret",
        `${name} would be written into the build; for an endpoint write auth: {type: api_key, config: {in: header, name: ${String(pair.key)}, secret: {source: NAME}}}`,
      );
    }
  }
}

function isEndpoint(key: string): boolean {
  return key === "url" || key === "token_url" || /(^|_)endpoint$/.test(key);
}

function isPlain(value: string): boolean {
  const host = /^http:\/\/([^/:?#]+)/.exec(value)?.[1];
  return host !== undefined && !isLoopback(host);
}
