import { decodeBase64url, isBase64url } from "./base64url.ts";
import { isJsonObject, type JsonObject, parseJson } from "./json.ts";

/** A JWS in compact form (RFC 7515 section 7.1) whose payload is claims; its signature is not verified yet. */
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
  const [header, payload, signature, ...more] = text.split(".", 4);
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  if (more.length > 0 || !isBase64url(signature)) return undefined;
  const parsedHeader = parsePart(header);
  const parsedPayload = parsePart(payload);
  if (parsedHeader === undefined || parsedPayload === undefined) return undefined;
  return { header: parsedHeader, payload: parsedPayload, text };
}

// A byte order mark stays and fails as JSON: dropped, it would be a second spelling.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parsePart(part: string): JsonObject | undefined {
  const bytes = decodeBase64url(part);
  const text = bytes && decodeUtf8(bytes);
  const value = text === undefined ? undefined : parseJson(text);
  return isJsonObject(value) ? value : undefined;
}

function decodeUtf8(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
