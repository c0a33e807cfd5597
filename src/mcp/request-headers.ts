import { base64Of, bytesOfBase64 } from "../base64.ts";

/** Which parameter of a method the Mcp-Name header repeats (MCP 2026-07-28, Streamable HTTP). */
const named: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
  ["tasks/get", "taskId"],
  ["tasks/update", "taskId"],
  ["tasks/cancel", "taskId"],
]);

/** The value that Mcp-Name repeats; undefined where the method has none. */
export function mcpName(method: string, parameters: unknown): string | undefined {
  const member = named.get(method);
  if (member === undefined || typeof parameters !== "object" || parameters === null)
    return undefined;
  if (!Object.hasOwn(parameters, member)) return undefined;
  const value: unknown = Reflect.get(parameters, member);
  return typeof value === "string" ? value : undefined;
}

const sentinel = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

/** A value as a header carries it: what a field value cannot hold is wrapped in base64. */
export function encodeHeaderValue(value: string): string {
  const plain = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !sentinel.test(value);
  if (plain) return value;
  const bytes = new TextEncoder().encode(value);
  return `=?base64?${base64Of(bytes)}?=`;
}

/** Undefined for base64 that is none, or is not UTF-8. */
export function decodeHeaderValue(value: string): string | undefined {
  const encoded = sentinel.exec(value)?.[1];
  if (encoded === undefined) return value;
  try {
    const bytes = bytesOfBase64(encoded);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
