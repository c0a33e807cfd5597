import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { type DpopKey, importKey } from "../src/client/index.ts";
import { parseCompact } from "../src/jws/compact.ts";
import { isJsonObject, parseJson } from "../src/jws/json.ts";
import { UsageError } from "./exit.ts";

const howToMake = "Make a key with dpop-edge keygen --out key.json";

/** A client's key from a file, JWK or PEM. Warns where others can read it. @throws UsageError */
export async function readKey(file: string): Promise<DpopKey> {
  const content = fileText(file, `${howToMake}.`);
  if ((statSync(file).mode & 0o077) !== 0 && process.platform !== "win32") {
    process.stderr.write(`warning: others can read ${file}: chmod 600 ${file}\n`);
  }
  if (!/^\s*\{|-----BEGIN /.test(content)) {
    throw new UsageError(`${file} holds neither a JWK nor PEM. ${howToMake}.`);
  }
  try {
    return await importKey(content);
  } catch (error) {
    throw new UsageError(
      `The key in ${file} cannot be used: ${messageOf(error).replace(/\.$/, "")}. ${howToMake}, or name another.`,
    );
  }
}

/** The one file of a key and a token for it, or for none that is told. @throws UsageError */
export function checkBound(token: string, key: DpopKey, file: string): void {
  const jkt = boundTo(token);
  if (jkt === undefined || jkt === key.thumbprint) return;
  throw new UsageError(
    `The token is bound to another key, ${jkt}; the key in ${file} is ${key.thumbprint}: name the key that it was got with, or log in with this one.`,
  );
}

/** RFC 9449 section 6.1: `cnf.jkt`; undefined where the token is opaque, or bound to no key. */
export function boundTo(token: string): string | undefined {
  const cnf = parseCompact(token)?.payload.cnf;
  return isJsonObject(cnf) && cnf.jkt !== undefined ? String(cnf.jkt) : undefined;
}

/**
 * An access token: as it is, or after an @ from a file, or stdin for @-. A file may hold the token
 * alone or the JSON that `login` writes. @throws UsageError
 */
export async function readToken(written: string): Promise<string> {
  if (!written.startsWith("@")) return checked(written.trim(), "--token");
  const file = written.slice(1);
  const content =
    file === "-"
      ? await text(process.stdin)
      : fileText(file, "Get a token with dpop-edge login --out token.json.");
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
  if (token === "") throw new UsageError(`The access token of ${where} is empty.`);
  throw new UsageError(
    `The access token of ${where} holds what no token can: write the token alone, or @FILE.`,
  );
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
  return decoded(fileBytes(file, advice));
}

/** UTF-8, or what its byte order mark says: PowerShell writes UTF-16. */
export function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return Buffer.from(bytes).toString("utf8");
}

/** @throws UsageError with `advice` */
export function fileBytes(file: string, advice = ""): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${unread(file, error)} ${advice}`.trim());
  }
}

function unread(file: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (file === "") return "The name of the file is empty.";
  if (code === "ENOENT") return `There is no file ${file}.`;
  if (code === "EISDIR") return `${file} is a directory, not a file.`;
  if (code === "EACCES") return `You may not read ${file}.`;
  return `The file ${file} cannot be read.`;
}

/** Writes a file, with the folders above it. @throws UsageError */
export function writeGiven(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw unwritten(file, error);
  }
}

/** For a file that could not be written: why, and what to change. */
export function unwritten(file: string, error: unknown): UsageError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (file === "") return new UsageError("The name of the file is empty.");
  if (isDirectory(file)) return new UsageError(`${file} is a directory: name a file in it.`);
  if (code === "ENOENT") {
    const folder = dirname(file);
    return new UsageError(`There is no directory ${folder} for ${file}: mkdir -p ${folder}`);
  }
  if (code === "EACCES") return new UsageError(`You may not write ${file}.`);
  const instead = fileAbove(file);
  if (instead !== undefined) {
    return new UsageError(`${file} cannot be written: ${instead} is a file, not a folder.`);
  }
  return new UsageError(`${file} cannot be written: ${messageOf(error)}`);
}

/** What stands where a folder is needed. */
function fileAbove(file: string): string | undefined {
  const above = dirname(file);
  if (above === file) return undefined;
  const found = statSync(above, { throwIfNoEntry: false });
  return found?.isFile() ? above : fileAbove(above);
}

export function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
