import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../../src/jws/json.ts";
import { jwksSigningKeys, jwksSymmetricKeys } from "../../src/secrets/jwks.ts";
import { pemSigningKeys } from "../../src/secrets/pem.ts";
import { UsageError } from "../exit.ts";
import { masterKeyText, signingKeyText, signingSetText } from "../secret/texts.ts";
import type { Subject } from "./subject.ts";

/** One key of a set, as it is written there. */
interface Entry {
  readonly kid: string;
  /** A JWK, or a PEM block. */
  readonly written: unknown;
}

/** A secret that holds several keys; entries of another kind stay where they are. */
export interface KeySet {
  readonly kids: readonly string[];
  readonly text: string;
  /** Its text with the keys of `other` behind its own. */
  with(other: KeySet): string;
  /** Its text without one of its keys. */
  without(kid: string): string;
  /** Its text with the keys of `other` in the place of all of its own. */
  replacedBy(other: KeySet): string;
  readonly entries: readonly Entry[];
}

type Kept = Pick<Subject, "kind" | "form" | "binding">;

/**
 * Reads the text of a secret. What it throws holds nothing of the text.
 * @throws UsageError
 */
export async function keySet(text: string, { kind, form, binding }: Kept): Promise<KeySet> {
  try {
    const entries = form === "pem" ? await pemEntries(text) : await jwksEntries(text, kind);
    const others = form === "pem" ? {} : membersOf(text);
    const textOf = (kept: readonly Entry[]) =>
      form === "pem"
        ? kept.map(({ written }) => written).join("\n")
        : JSON.stringify({ ...others, keys: kept.map(({ written }) => written) });
    return {
      kids: entries.filter(({ kid }) => kid !== "").map(({ kid }) => kid),
      text,
      entries,
      with: (other) => textOf([...entries, ...other.entries]),
      without: (kid) => textOf(entries.filter((entry) => entry.kid !== kid)),
      replacedBy: (other) => textOf([...entries.filter(({ kid }) => kid === ""), ...other.entries]),
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // A SecretProblem's words are ours, and hold nothing of the secret.
    const problem = error instanceof Error ? error.message : "it cannot be read";
    throw new UsageError(`The secret ${binding}: ${problem.replace(/\.$/, "")}.`);
  }
}

/** A set of one new key. */
export async function newKey(kid: string, subject: Kept): Promise<KeySet> {
  return keySet(await newText(kid, subject), subject);
}

async function newText(kid: string, { kind, form }: Kept): Promise<string> {
  if (kind === "master-key") return masterKeyText(kid);
  return form === "pem" ? await signingKeyText(kid) : await signingSetText(kid);
}

/** Keys of the other kind in the same set have no kid here: nobody rotates them. */
async function jwksEntries(text: string, kind: Subject["kind"]): Promise<Entry[]> {
  const read = kind === "master-key" ? jwksSymmetricKeys(text) : await jwksSigningKeys(text);
  const kids = read.map(({ kid }) => kid);
  return keysOf(text).map((written) => {
    const symmetric = isJsonObject(written) && written.kty === "oct";
    return { kid: symmetric === (kind === "master-key") ? (kids.shift() ?? "") : "", written };
  });
}

function keysOf(text: string): readonly JsonValue[] {
  const { keys } = membersOf(text);
  return Array.isArray(keys) ? keys : [];
}

function membersOf(text: string): JsonObject {
  const set = parseJson(text);
  return isJsonObject(set) ? set : {};
}

async function pemEntries(text: string): Promise<Entry[]> {
  const lines = text.replace(/\\r?\\n|\\n/g, "\n");
  const blocks = lines.match(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g) ?? [];
  const entries = await Promise.all(
    blocks.map(async (written) => {
      if (!/^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(written)) return { kid: "", written };
      const [key] = await pemSigningKeys(written);
      return { kid: key?.kid ?? "", written };
    }),
  );
  // Judges the whole: no block at all, or two of one kid.
  await pemSigningKeys(lines);
  return entries;
}
