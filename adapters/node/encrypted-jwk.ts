import { CompactEncrypt, compactDecrypt } from "jose";

/** PBKDF2 with SHA-512, as OWASP advises: a guess costs some 100 ms. */
const rounds = 210_000;
/** Ten times as many: a file must not keep its reader busy for ever. */
const mostRounds = 2_100_000;

/** RFC 7517 section 7: a JWK as a JWE, under a key from the passphrase (RFC 7518 section 4.8). */
export function encrypted(jwk: string, passphrase: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(jwk))
    .setProtectedHeader({ alg: "PBES2-HS512+A256KW", enc: "A256GCM", cty: "jwk+json" })
    .setKeyManagementParameters({ p2c: rounds })
    .encrypt(new TextEncoder().encode(passphrase));
}

export function isEncrypted(text: string): boolean {
  return /^[\w-]+(?:\.[\w-]*){4}$/.test(text.trim());
}

/** Throws an Error that names the file and nothing of its content. */
export async function decrypted(text: string, passphrase: string, path: string): Promise<string> {
  const secret = new TextEncoder().encode(passphrase);
  try {
    const { plaintext } = await compactDecrypt(text.trim(), secret, {
      keyManagementAlgorithms: ["PBES2-HS512+A256KW"],
      maxPBES2Count: mostRounds,
    });
    return new TextDecoder().decode(plaintext);
  } catch {
    throw new Error(`The key in ${path} cannot be decrypted: wrong passphrase, or a damaged file.`);
  }
}
