import { expect, test } from "vitest";
import { clientCertificate as onCloudflare } from "../../adapters/cloudflare/client-certificate.ts";

test("Cloudflare: the certificate that was presented and verified, or none", () => {
  const presented = { certPresented: "1", certVerified: "SUCCESS", certFingerprintSHA256: "ab" };
  expect(onCloudflare({ tlsClientAuth: presented })).toEqual({ sha256: "ab" });
  const others = [
    { ...presented, certPresented: "0" },
    { ...presented, certVerified: "FAILED:self signed certificate" },
    { ...presented, certVerified: "NONE" },
    { ...presented, certRevoked: "1" },
    { ...presented, certFingerprintSHA256: undefined },
    undefined,
  ];
  for (const tlsClientAuth of others) expect(onCloudflare({ tlsClientAuth })).toBeUndefined();
  expect(onCloudflare(undefined)).toBeUndefined();
});
