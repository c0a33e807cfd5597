import type { ClientCertificate } from "../../src/runtime.ts";

/**
 * The client's certificate, where the zone asks for one (mTLS) and the one that was presented
 * verified. Of `request.cf`, which no client can write; headers are never read for it.
 */
export function clientCertificate(cf: unknown): ClientCertificate | undefined {
  const tls = member(cf, "tlsClientAuth");
  const sha256 = member(tls, "certFingerprintSHA256");
  const holds =
    member(tls, "certPresented") === "1" &&
    member(tls, "certVerified") === "SUCCESS" &&
    member(tls, "certRevoked") !== "1";
  return holds && typeof sha256 === "string" ? { sha256 } : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
