import { Refused } from "../decision.ts";
import { decodeBase64url, encodeBase64url } from "../jws/base64url.ts";
import type { ClientCertificate, EdgeRequest } from "../runtime.ts";

/**
 * RFC 8705 section 3: a token that is bound to a certificate passes only from who presented it on
 * this very connection, as the platform's TLS saw it; never by a header. Without one, or where the
 * platform ends TLS without asking for one, it is refused.
 * @param x5t the token's cnf.x5t#S256
 * @throws Refused token.binding
 */
export async function checkCertificate(
  x5t: string,
  { clientCertificate }: Pick<EdgeRequest, "clientCertificate">,
): Promise<void> {
  const presented = clientCertificate?.();
  const found = presented && (await thumbprint(presented));
  if (found === x5t) return;
  throw new Refused("token.binding", {
    expected: `a client certificate with the thumbprint ${x5t}`,
    found: found ?? "no client certificate",
  });
}

async function thumbprint(certificate: ClientCertificate): Promise<string | undefined> {
  const bytes =
    "sha256" in certificate ? fromHex(certificate.sha256) : await digest(certificate.pem);
  return bytes && encodeBase64url(bytes);
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return undefined;
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** Of the first certificate: the client's own comes before those that vouch for it. */
async function digest(pem: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [, body] = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(pem) ?? [];
  const unpadded = body?.replace(/[\s=]/g, "").replaceAll("+", "-").replaceAll("/", "_");
  const der = unpadded === undefined ? undefined : decodeBase64url(unpadded);
  return der && new Uint8Array(await crypto.subtle.digest("SHA-256", der));
}
