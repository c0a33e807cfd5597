import { writeSecretFile } from "../../adapters/node/secret-file.ts";
import { type DpopKey, exportKey, generateKey } from "../../src/client/index.ts";
import { exit, UsageError } from "../exit.ts";
import { isDirectory, unwritten } from "../given-files.ts";

export interface KeygenOptions {
  readonly alg: string;
  readonly format: "jwk" | "pem";
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What people call a kind of key, and the algorithm that it signs with. */
const kinds: Readonly<Record<string, string>> = {
  "p-256": "ES256",
  "p-384": "ES384",
  "p-521": "ES512",
  ed25519: "Ed25519",
  rsa: "PS256",
};

/** `dpop-edge keygen`: a key of a client. */
export async function keygen({
  alg,
  format,
  out,
  force = false,
  json = false,
}: KeygenOptions): Promise<number> {
  const key = await make(kinds[alg.toLowerCase()] ?? alg);
  const text = await textOf(key, format);
  if (out !== undefined) await write(out, text, force);
  const { thumbprint, publicJwk } = key;
  if (json) {
    const where = out === undefined ? { private_key: text.trimEnd() } : { file: out };
    const said = { alg: key.alg, thumbprint, public_jwk: publicJwk, ...where };
    process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
    return exit.ok;
  }
  if (out === undefined) process.stdout.write(text);
  const made = out === undefined ? "Made" : `Wrote ${out}:`;
  process.stderr.write(
    `${made} a key for ${key.alg}, thumbprint (jkt) ${thumbprint}.\nWho has it can act as this client: keep it out of git.\n`,
  );
  return exit.ok;
}

async function make(alg: string): Promise<DpopKey> {
  try {
    return await generateKey({ alg, extractable: true });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`--alg: ${error.message}`);
    throw error;
  }
}

async function textOf(key: DpopKey, format: "jwk" | "pem"): Promise<string> {
  if (format === "pem") return await exportKey(key, "pem");
  return `${JSON.stringify(await exportKey(key, "jwk"), null, 2)}\n`;
}

/** A key that is replaced by accident takes every token that is bound to it along. */
async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeSecretFile(file, text, { replace: force });
  } catch (error) {
    const there = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (!there || isDirectory(file)) throw unwritten(file, error);
    throw new UsageError(`${file} is there already: use that key, or replace it with --force.`);
  }
}
