import { lengthPrefixed } from "../dpop/length-prefixed.ts";
import { encodeBase64url } from "../jws/base64url.ts";
import type { Revocation } from "../runtime.ts";

/** What can be revoked: a key (cnf.jkt), one token (its jti), or whoever calls. */
export const revocableKinds = ["jkt", "jti", "sub"] as const;
export type Revocable = (typeof revocableKinds)[number];

/** Entries of one list: an isolate holds all of them, some 100 bytes each. */
export const mostRevocations = 10_000;
/** The partition of a table that holds the list: one query reads it. */
export const revocationPartition = "revocations";
/** Seconds that a store keeps an entry beyond its end: clocks that judge by it may be behind. */
export const keptBeyond = 3600;
/** Seconds: what is shut out for longer is for the issuer to end. */
export const longestRevocation = 10 * 366 * 86_400;
/** Seconds: an entry of an event line counts no longer than the key that the line was hashed with. */
export const longestOfEvents = 7 * 86_400;

const domain = "dpop-edge revocation v1";
const form = /^(jkt|jti|sub)\.(sha256\.[\w-]{43}|event\.[\da-f]{16})$/;

/** Whether a text is an entry's id: anything else would match nobody, and nobody would notice. */
export function isRevocationId(id: unknown): id is string {
  return typeof id === "string" && form.test(id);
}

/** The entry of a value: SHA-256 under a domain of its own. No secret is in it, so none can be lost with a key. */
export async function revocationId(kind: Revocable, value: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", lengthPrefixed(domain, kind, value));
  return `${kind}.sha256.${encodeBase64url(new Uint8Array(digest))}`;
}

/** The entry of what an event line shows in place of a value. */
export function eventRevocationId(kind: Revocable, pseudonym: string): string {
  return `${kind}.event.${pseudonym}`;
}

/** "jkt.sha256." of an id: whoever has no entry of that kind and form need not be hashed. */
export function formOf(id: string): string {
  return id.slice(0, id.indexOf(".", 4) + 1);
}

/** Whether an entry may end then. Both in seconds since the epoch. */
export function mayEnd({ id, until }: Revocation, now: number): boolean {
  const longest = id.includes(".event.") ? longestOfEvents : longestRevocation;
  return Number.isSafeInteger(until) && until > now && until <= now + longest;
}
