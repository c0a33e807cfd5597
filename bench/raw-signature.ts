import { clientKey, dpopProof } from "../test/core/authorizer/world.ts";

/** What a decision cannot do without: the proof's signature. */
export async function rawVerify() {
  const { key, bytes, data } = await rawProof();
  return {
    name: "one raw ES256 verify",
    run: async () => {
      const good = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes, data);
      if (!good) throw new Error("the raw signature does not verify");
    },
  };
}

/** And what it cannot do without where it mints. */
export async function rawVerifyAndSign() {
  const { key, bytes, data } = await rawProof();
  const ecdsa = { name: "ECDSA", hash: "SHA-256" };
  return {
    name: "one raw ES256 verify and sign",
    run: async () => {
      const good = await crypto.subtle.verify(ecdsa, key, bytes, data);
      if (!good) throw new Error("the raw signature does not verify");
      await crypto.subtle.sign(ecdsa, clientKey.privateKey, data);
    },
  };
}

async function rawProof() {
  const proof = await dpopProof(clientKey, "token", 0);
  const [header = "", payload = "", signature = ""] = proof.split(".");
  const ecdsa = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", clientKey.publicJwk, ecdsa, false, ["verify"]);
  const data = new TextEncoder().encode(`${header}.${payload}`);
  const binary = atob(signature.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return { key, bytes, data };
}
