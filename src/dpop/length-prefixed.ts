import { utf8 } from "../utf8.ts";

/** Texts as UTF-8, each behind its length in four bytes: no two lists of texts give the same bytes. */
export function lengthPrefixed(...texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const parts = texts.map(utf8);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}
