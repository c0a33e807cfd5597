/** A JWK set with one symmetric key of 32 bytes, for nonces. */
export function masterKeyText(kid = "dpop-nonce-master-key-1"): string {
  const k = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  return JSON.stringify({ keys: [{ kty: "oct", kid, k }] });
}

/** A P-256 private key as PKCS#8 PEM, for internal tokens. */
export async function signingKeyText(kid?: string): Promise<string> {
  const bytes = Buffer.from(await crypto.subtle.exportKey("pkcs8", await signingKey()));
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  // RFC 1421 headers end with an empty line; the key store of Heimdall reads the kid from here.
  const header = kid === undefined ? [] : [`X-Key-ID: ${kid}`, ""];
  return ["-----BEGIN PRIVATE KEY-----", ...header, ...lines, "-----END PRIVATE KEY-----"].join(
    "\n",
  );
}

/** The same kind of key as a JWK set. */
export async function signingSetText(kid = "signing-key-1"): Promise<string> {
  const jwk = await crypto.subtle.exportKey("jwk", await signingKey());
  return JSON.stringify({ keys: [{ ...jwk, kid, alg: "ES256" }] });
}

/** NAME=value, as `dpop-edge dev --secrets` reads it. */
export function dotenvLine(name: string, text: string): string {
  return text.includes("\n") ? `${name}="${text.replaceAll("\n", "\\n")}"` : `${name}='${text}'`;
}

async function signingKey() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])).privateKey;
}
