import { isLoopback } from "../loopback.ts";

/** Throws a TypeError that says what to write. */
export function checkOrigins(
  origins: readonly string[] | undefined,
  required: boolean,
): ReadonlySet<string> | undefined {
  if (origins === undefined) {
    if (!required) return undefined;
    throw new TypeError(
      'A client with a token needs origins: who may see it, such as ["https://api.example.com"].',
    );
  }
  return new Set(origins.map(checked));
}

function checked(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new TypeError(
      `${JSON.stringify(text)} is no origin: write it as https://api.example.com.`,
    );
  }
  if (url.protocol === "https:") return url.origin;
  if (url.protocol === "http:" && isLoopback(url.hostname)) return url.origin;
  throw new TypeError(`A token may not go to ${url.origin}: use https (http only on loopback).`);
}
