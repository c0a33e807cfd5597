import { exit, UsageError } from "../exit.ts";
import { dotenvLine, masterKeyText, signingKeyText } from "./texts.ts";

export interface SecretOptions {
  readonly kid?: string;
  /** Print a line for a dotenv file, under this name. */
  readonly dotenv?: string;
  readonly json?: boolean;
}

interface Made {
  readonly text: string;
  readonly name: string;
}

/** `dpop-edge secret master-key`: a JWK set with one symmetric key, for nonces. */
export function masterKey({ kid, ...options }: SecretOptions): number {
  checkKid(kid);
  return give({ text: masterKeyText(kid), name: "DPOP_NONCE_KEYS" }, "master-key", options);
}

/** `dpop-edge secret signing-key`: a P-256 private key as PKCS#8 PEM, for internal tokens. */
export async function signingKey({ kid, ...options }: SecretOptions): Promise<number> {
  checkKid(kid);
  const text = await signingKeyText(kid);
  return give({ text, name: "SIGNING_KEY_PEM" }, "signing-key", options);
}

/** It stands in JSON, in a header of a PEM, and in a dotenv file, between quotes of either kind. */
function checkKid(kid: string | undefined): void {
  if (kid === undefined || /^[!#%&(-[\]-_a-~]+$/.test(kid)) return;
  throw new UsageError(
    `--kid is printable ASCII without spaces, quotes, $ and backslashes, not ${JSON.stringify(kid)}.`,
  );
}

/** The secret goes to stdout and nothing else does, so that it can be piped on. */
function give({ text, name }: Made, command: string, { dotenv, json }: SecretOptions): number {
  if (dotenv !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(dotenv)) {
    throw new UsageError(
      `--dotenv takes the name of a variable, such as ${name}, not ${JSON.stringify(dotenv)}.`,
    );
  }
  if (json) {
    process.stdout.write(`${JSON.stringify({ name: dotenv ?? name, secret: text })}\n`);
    return exit.ok;
  }
  process.stdout.write(dotenv === undefined ? `${text}\n` : `${dotenvLine(dotenv, text)}\n`);
  const hint =
    dotenv === undefined
      ? [
          `Store it: npx dpop-edge secret ${command} | npx wrangler secret put ${name}`,
          `To try it: npx dpop-edge secret ${command} --dotenv ${name} >> .dev.vars`,
        ]
      : ["Append it to the file that dpop-edge dev --secrets reads; keep that file out of git."];
  process.stderr.write(`${hint.join("\n")}\n`);
  return exit.ok;
}
