import { link, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type DpopKey, exportKey, importKey, type KeyStore } from "../../src/client/index.ts";
import { decrypted, encrypted, isEncrypted } from "./encrypted-jwk.ts";
import { writeBeside } from "./secret-file.ts";

export interface FileOptions {
  readonly path: string;
  /** Encrypts the file (RFC 7517 section 7: an encrypted JWK); without it only its mode protects it. */
  readonly passphrase?: string;
  /** Told when others can read the key; process.emitWarning by default. */
  readonly warn?: (message: string) => void;
}

/**
 * Keeps the key in a file that only its owner can read (mode 0600). A JWK or PEM file that is there
 * already is used as it is. In memory the key cannot be exported again.
 */
export function fileKeyStore(options: FileOptions): KeyStore {
  return {
    extractable: true,
    read: () => read(options),
    async keep(key, instead) {
      const written = await write(options, key);
      try {
        return (await claim(options, written, instead)) ?? (await sealed(key));
      } finally {
        await rm(written, { force: true });
      }
    },
  };
}

async function read({
  path,
  passphrase,
  warn = warning,
}: FileOptions): Promise<DpopKey | undefined> {
  const text = await textOf(path);
  if (text === undefined) return undefined;
  if (isEncrypted(text)) {
    if (passphrase !== undefined) return importKey(await decrypted(text, passphrase, path));
    throw new Error(`The key in ${path} is encrypted: a passphrase is needed.`);
  }
  const { mode } = await stat(path);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    warn(`Others can read the key in ${path}: run chmod 600 ${path}`);
  }
  return importKey(text).catch((error: unknown) => {
    throw new Error(`The key in ${path} cannot be used: ${messageOf(error)}`);
  });
}

async function write({ path, passphrase }: FileOptions, key: DpopKey): Promise<string> {
  const jwk = JSON.stringify(await exportKey(key, "jwk"));
  const text = passphrase === undefined ? jwk : await encrypted(jwk, passphrase);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return await writeBeside(path, `${text}\n`);
}

/** The key that was there first, where there is one; undefined: ours is in its place now. */
async function claim(
  options: FileOptions,
  written: string,
  instead: DpopKey | undefined,
): Promise<DpopKey | undefined> {
  try {
    // Unlike rename, link never replaces what another process has put there.
    await link(written, options.path);
    return undefined;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  const kept = await read(options);
  if (kept !== undefined && kept.thumbprint !== instead?.thumbprint) return kept;
  await rename(written, options.path);
  return undefined;
}

/** The same key, not to be exported again. */
async function sealed(key: DpopKey): Promise<DpopKey> {
  return importKey(JSON.stringify(await exportKey(key, "jwk")));
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "it is damaged";
}

function warning(message: string): void {
  process.emitWarning(message, { code: "DPOP_KEY_FILE" });
}
