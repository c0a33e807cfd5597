import type { Pseudonym } from "./pseudonyms.ts";

/** Characters of one text in a line. */
const longest = 256;
/** As long as a thumbprint: part of a token, a proof, a nonce or a key may look like this. */
const secretive = /[A-Za-z0-9_-]{40,}/g;
/** Wherever a client wrote a URL, be it in its htm. */
const query = /\?[^\s"]+/g;
const plain = /^[\x20-\x7e]*$/;
/** Controls, what hides or turns text (bidi), and what some readers take for the end of a line. */
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text of anybody's: on one line, bounded, and with nothing in it that may be a secret. */
export function cleaned(text: string, pseudonym: Pseudonym | undefined): string {
  const masked = text
    .replace(query, "?…")
    .replace(secretive, (secret) => pseudonym?.(secret) ?? "…");
  return withoutControls(masked) || "-";
}

export function withoutControls(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return plain.test(cut) ? cut : cut.replace(controls, "\ufffd");
}
