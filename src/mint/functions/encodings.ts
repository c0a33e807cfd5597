import { Fault } from "../../decision.ts";
import { JsonText, json, queryEscaped, text } from "../template-values.ts";
import type { FunctionGroup } from "./function.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base64, base32 and JSON. */
export const encodings: FunctionGroup = {
  urlquery: (value) => queryEscaped(text(value)),
  b64enc: (value) => btoa(binary(text(value))),
  b64dec: (value) => decoded(() => bytesOf(atob(text(value)))),
  b32enc: (value) => base32(text(value)),
  b32dec: (value) => decoded(() => fromBase32(text(value))),
  fromJson: parse,
  mustFromJson(value) {
    const parsed = parse(value);
    if (parsed === undefined) throw new Fault("A template read a text as JSON that is none.");
    return parsed;
  },
  mustToJson: (value) => new JsonText(json(value)),
  toRawJson: (value) => new JsonText(json(value)),
  mustToRawJson: (value) => new JsonText(json(value)),
  toPrettyJson: pretty,
  mustToPrettyJson: pretty,
};

function pretty(value: unknown): JsonText {
  return new JsonText(JSON.stringify(JSON.parse(json(value)), null, 2));
}

function parse(value: unknown): unknown {
  try {
    return JSON.parse(text(value));
  } catch {
    return undefined;
  }
}

function binary(value: string): string {
  return Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join("");
}

function bytesOf(value: string): Uint8Array {
  return Uint8Array.from(value, (letter) => letter.charCodeAt(0));
}

/** Nothing, where it cannot be decoded: what a document decodes a client may have written. */
function decoded(bytes: () => Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes());
  } catch {
    return "";
  }
}

function base32(value: string): string {
  let bits = "";
  for (const byte of new TextEncoder().encode(value)) bits += byte.toString(2).padStart(8, "0");
  const letters = bits.match(/.{1,5}/g) ?? [];
  const written = letters.map((five) => alphabet.charAt(Number.parseInt(five.padEnd(5, "0"), 2)));
  return written.join("").padEnd(Math.ceil(written.length / 8) * 8, "=");
}

function fromBase32(value: string): Uint8Array {
  const letters = [...value.replace(/=+$/, "")].map((letter) => alphabet.indexOf(letter));
  if (letters.includes(-1)) throw new Fault("not base32");
  const bits = letters.map((five) => five.toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
