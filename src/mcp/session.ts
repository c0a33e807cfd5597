import type { SecretReference } from "../configuration.ts";
import { type Principal, Refused } from "../decision.ts";
import { lengthPrefixed } from "../dpop/length-prefixed.ts";
import { nonceKeys } from "../dpop/nonce-check.ts";
import { decodeBase64url, encodeBase64url } from "../jws/base64url.ts";
import type { Secrets } from "../secrets.ts";

/**
 * The session ids that clients see: the server's own behind an HMAC over it and over who opened the
 * session, so that nothing is stored and no one else can use it. The key is derived from the master
 * key; all configured keys verify, the selected one signs.
 */
export interface Sessions {
  wrap(id: string, owner: Owner): Promise<string>;
  /** The server's own id. @throws Refused mcp.session for one that is not the owner's */
  unwrap(wrapped: string, owner: Owner): Promise<string>;
}

export interface Owner {
  readonly principal: Pick<Principal, "id" | "issuer" | "jkt">;
  /** Whose sessions they are: two servers behind one edge do not share any. */
  readonly server: string;
}

const algorithm = { name: "HMAC", hash: "SHA-256" } as const;
const info = new TextEncoder().encode("dpop-edge mcp session v1 hmac");

export function createSessions(secrets: Secrets, masterKey: SecretReference): Sessions {
  const derived = new WeakMap<Uint8Array, CryptoKey>();

  async function keyOf(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
    const known = derived.get(bytes);
    if (known !== undefined) return known;
    const master = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveBits"]);
    const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
    const secret = await crypto.subtle.deriveBits(hkdf, master, 256);
    const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign", "verify"]);
    derived.set(bytes, key);
    return key;
  }

  return {
    async wrap(id, owner) {
      const { signing } = await nonceKeys(secrets, masterKey);
      const mac = await crypto.subtle.sign("HMAC", await keyOf(signing.bytes), claimed(id, owner));
      return `${encodeBase64url(new Uint8Array(mac))}.${id}`;
    },
    async unwrap(wrapped, owner) {
      const dot = wrapped.indexOf(".");
      const mac = decodeBase64url(wrapped.slice(0, Math.max(dot, 0)));
      const id = wrapped.slice(dot + 1);
      if (mac === undefined || mac.length !== 32) throw new Refused("mcp.session");
      const { all } = await nonceKeys(secrets, masterKey);
      for (const { bytes } of all) {
        const key = await keyOf(bytes);
        if (await crypto.subtle.verify("HMAC", key, mac, claimed(id, owner))) return id;
      }
      throw new Refused("mcp.session");
    },
  };
}

function claimed(id: string, { principal, server }: Owner): Uint8Array<ArrayBuffer> {
  const { issuer = "", id: subject, jkt = "" } = principal;
  return lengthPrefixed(server, issuer, subject, jkt, id);
}
