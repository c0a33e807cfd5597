import { isScalar } from "yaml";
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

function isEndpoint(key: string): boolean {
  return key === "url" || key === "token_url" || /(^|_)endpoint$/.test(key);
}

function isPlain(value: string): boolean {
  const host = /^http:\/\/([^/:?#]+)/.exec(value)?.[1];
  return host !== undefined && !isLoopback(host);
}
