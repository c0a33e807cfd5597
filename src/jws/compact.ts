import { decodeBase64urlText, isBase64url } from "./base64url.ts";
import { isJsonObject, type JsonObject, parseJson } from "./json.ts";

/** The three texts of a JWS in compact form (RFC 7515 section 7.1). */
export interface CompactParts {
  readonly header: string;
  readonly payload: string;
  /** Canonical base64url. */
  readonly signature: string;
  /** As it arrived. */
  readonly text: string;
}

/** A JWS whose payload is claims; its signature is not verified yet. */
export interface CompactJws {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  /** As it arrived. */
  readonly text: string;
}

/**
 * RFC 7515 section 5.2 steps 1 to 6 and RFC 7519 section 7.2: three parts of canonical base64url,
 * header and payload strict UTF-8 and strict JSON objects. undefined for anything else. The
 * signature may be empty: whoever judges `alg` refuses `none`. Bound the length before you call.
 */
export function parseCompact(text: string): CompactJws | undefined {
  const parts = splitCompact(text);
  const header = parts && parsePart(parts.header);
  const payload = parts && parsePart(parts.payload);
  return header && payload && { header, payload, text };
}

/** Three parts, of which only the signature is known to be canonical. */
export function splitCompact(text: string): CompactParts | undefined {
  const first = text.indexOf(".");
  const second = text.indexOf(".", first + 1);
  if (first < 0 || second < 0) return undefined;
  const signature = text.slice(second + 1);
  if (!isBase64url(signature)) return undefined;
  return { header: text.slice(0, first), payload: text.slice(first + 1, second), signature, text };
}

/** The object that a header or a payload is; undefined for anything else. */
export function parsePart(part: string): JsonObject | undefined {
  const text = decodeBase64urlText(part);
  const value = text === undefined ? undefined : parseJson(text);
  return isJsonObject(value) ? value : undefined;
}
