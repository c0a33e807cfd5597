import { readFileSync } from "node:fs";
import { writeSecretFile } from "../../adapters/node/secret-file.ts";
import { parseCompact } from "../../src/jws/compact.ts";
import { isJsonObject, parseJson } from "../../src/jws/json.ts";
import type { Tokens } from "./token-request.ts";

/** What `login --out` writes; with --keep also what the tokens are renewed with. */
export interface KeptTokens extends Tokens {
  readonly issuer?: string;
  readonly client_id?: string;
  readonly resource?: string;
}

/** Seconds before its end at which a token is renewed: the way there, and its clock. */
const longestReserve = 30;

/** Whether it need not be renewed yet: of a short one the reserve is a tenth of its life. */
export function isGood({ expires_at, issued_at = 0 }: Tokens): boolean {
  if (expires_at === undefined) return true;
  return Date.now() / 1000 < expires_at - Math.min(longestReserve, (expires_at - issued_at) / 10);
}

export function hasEnded({ expires_at }: Tokens): boolean {
  return expires_at !== undefined && Date.now() / 1000 >= expires_at;
}

/** It is sent all the same: this clock may be the one that is wrong. */
export function warnOfItsEnd(token: string, file: string | undefined): void {
  const kept = file === undefined ? undefined : readKept(file);
  const { exp } = parseCompact(token)?.payload ?? {};
  const ends = kept?.expires_at ?? (typeof exp === "number" ? exp : Number.POSITIVE_INFINITY);
  if (Date.now() / 1000 < ends) return;
  process.stderr.write(
    `warning: the token of ${file ?? "--token"} ended at ${new Date(ends * 1000).toISOString()}: log in again, with --keep to have it renewed.\n`,
  );
}

/** The file of `--token @FILE`; undefined for a token as it is, and for stdin. */
export function fileOf(written: string | undefined): string | undefined {
  return written?.startsWith("@") && written !== "@-" ? written.slice(1) : undefined;
}

/** Undefined where there is no such file, or another's. */
export function readKept(file: string): KeptTokens | undefined {
  const json = parseJson(contentOf(file) ?? "");
  if (!isJsonObject(json)) return undefined;
  const { access_token, token_type, expires_at, issued_at } = json;
  if (typeof access_token !== "string" || typeof token_type !== "string") return undefined;
  const names = ["scope", "refresh_token", "id_token", "issuer", "client_id", "resource"];
  const rest = names.flatMap((name) => {
    const value = json[name];
    return typeof value === "string" ? [[name, value]] : [];
  });
  return {
    access_token,
    token_type,
    ...(typeof expires_at === "number" ? { expires_at } : {}),
    ...(typeof issued_at === "number" ? { issued_at } : {}),
    ...Object.fromEntries(rest),
  };
}

/** Readable by its owner alone. Throws where it cannot be written. */
export async function writeKept(file: string, tokens: KeptTokens): Promise<void> {
  await writeSecretFile(file, `${JSON.stringify(tokens, null, 2)}\n`, { replace: true });
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
