import { exit, UsageError } from "./exit.ts";

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
export function masterKey({ kid = "dpop-nonce-master-key-1", ...options }: SecretOptions): number {
  const k = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  const text = JSON.stringify({ keys: [{ kty: "oct", kid, k }] });
  return give({ text, name: "DPOP_NONCE_KEYS" }, "master-key", options);
}

/** `dpop-edge secret signing-key`: a P-256 private key as PKCS#8 PEM, for internal tokens. */
export async function signingKey({ kid, ...options }: SecretOptions): Promise<number> {
  const { privateKey } = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" },
    true,
    ["sign", "verify"],
  );
  const bytes = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey));
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  if (kid !== undefined && !/^[!-~]+$/.test(kid)) {
    throw new UsageError("A kid in a PEM is printable ASCII without spaces.");
  }
  // RFC 1421 headers end with an empty line; the key store of Heimdall reads the kid from here.
  const header = kid === undefined ? [] : [`X-Key-ID: ${kid}`, ""];
  const text = ["-----BEGIN PRIVATE KEY-----", ...header, ...lines, "-----END PRIVATE KEY-----"];
  return give({ text: text.join("\n"), name: "SIGNING_KEY_PEM" }, "signing-key", options);
}

/** The secret goes to stdout and nothing else does, so that it can be piped on. */
function give({ text, name }: Made, command: string, { dotenv, json }: SecretOptions): number {
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

function dotenvLine(name: string, text: string): string {
  return text.includes("\n") ? `${name}="${text.replaceAll("\n", "\\n")}"` : `${name}='${text}'`;
}
