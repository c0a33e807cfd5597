import { readFileSync, statSync } from "node:fs";
import { text } from "node:stream/consumers";
import { type DpopKey, importKey } from "../src/client/index.ts";
import { isJsonObject, parseJson } from "../src/jws/json.ts";
import { UsageError } from "./exit.ts";

/** A client's key from a file, JWK or PEM. Warns where others can read it. @throws UsageError */
export async function readKey(file: string): Promise<DpopKey> {
  const content = fileText(file, "Make a key first: dpop-edge keygen --out key.json");
  if ((statSync(file).mode & 0o077) !== 0 && process.platform !== "win32") {
    process.stderr.write(`warning: others can read ${file}: chmod 600 ${file}\n`);
  }
  try {
    return await importKey(content);
  } catch (error) {
    throw new UsageError(`The key in ${file} cannot be used: ${messageOf(error)}`);
  }
}

/**
 * An access token: as it is, or after an @ from a file, or stdin for @-. A file may hold the token
 * alone or the JSON that `login` writes. @throws UsageError
 */
export async function readToken(written: string): Promise<string> {
  if (!written.startsWith("@")) return checked(written.trim(), "--token");
  const file = written.slice(1);
  const content =
    file === "-" ? await text(process.stdin) : fileText(file, "Get one with dpop-edge login.");
  const where = file === "-" ? "stdin" : file;
  if (!content.trimStart().startsWith("{")) return checked(content.trim(), where);
  const json = parseJson(content);
  const token = isJsonObject(json) ? json.access_token : undefined;
  if (typeof token !== "string") throw new UsageError(`The JSON of ${where} has no access_token.`);
  return checked(token, where);
}

/** RFC 6750 section 2.1; what is no token is not sent as one. */
function checked(token: string, where: string): string {
  if (/^[A-Za-z0-9._~+/-]+=*$/.test(token)) return token;
  throw new UsageError(`The access token of ${where} is empty or holds what no token can.`);
}

/** A client's secret: as it is, or after an @ from a file, or stdin for @-. @throws UsageError */
export async function readSecret(written: string): Promise<string> {
  if (!written.startsWith("@")) return written;
  const content = written === "@-" ? await text(process.stdin) : fileText(written.slice(1));
  const secret = content.trim();
  if (secret !== "") return secret;
  throw new UsageError(`The secret of ${written} is empty.`);
}

/** @throws UsageError with `advice` */
export function fileText(file: string, advice = ""): string {
  return fileBytes(file, advice).toString("utf8");
}

/** @throws UsageError with `advice` */
export function fileBytes(file: string, advice = ""): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new UsageError(`The file ${file} cannot be read. ${advice}`.trim());
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
