import { wholeBody } from "../body.ts";
import { hasTwins } from "../caseless.ts";
import { Refused } from "../decision.ts";
import { parseJson } from "../jws/json.ts";
import type { BodyCode } from "../mechanisms.ts";
import { formOf } from "../policy/payload.ts";

/** In some of them (UTF-7, GBK) a text has quotation marks where UTF-8 has none, or the reverse. */
const charsets = /charset[\s*]*=[\s"]*([^\s";]*)/gi;

/**
 * `Request.Body`: JSON and forms as data, any other body as its text. What says that it is JSON and
 * can be read in two ways is refused: the upstream might read the other one.
 */
export const body: BodyCode = async (request, limit) => {
  const { headers } = request;
  const bytes = await wholeBody(request, limit);
  if (bytes.byteLength === 0) return "";
  const coding = headers.get("Content-Encoding");
  if (coding !== null && coding.toLowerCase() !== "identity")
    throw unreadable("no Content-Encoding");
  const text = decoded(bytes);
  const written = headers.get("Content-Type") ?? "";
  // A repeated field is joined by a comma: each reader would take the one that it likes.
  if (written.includes(",")) throw unreadable("one Content-Type");
  for (const [, charset = ""] of written.matchAll(charsets))
    if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) throw unreadable("UTF-8, and no other charset");
  const type = (written.split(";", 1)[0] ?? "").trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return withoutTwins(formOf(text));
  if (!/[/+]json$/.test(type)) return text;
  const json = parseJson(text);
  if (json === undefined) throw unreadable("JSON in which no name stands twice");
  return withoutTwins(json);
};

function withoutTwins(value: unknown): unknown {
  if (hasTwins(value)) throw unreadable("no name that stands in two cases");
  return value;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unreadable("UTF-8");
  }
}

function unreadable(expected: string): Refused {
  return new Refused("body.unreadable", { expected });
}
