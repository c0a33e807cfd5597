import { expect, test } from "vitest";
import { clientCertificate as onAws } from "../../../adapters/aws/client-certificate.ts";

test("API Gateway: the certificate of the request context, or none", () => {
  const { clientCertificate } = onAws({ clientCert: { clientCertPem: "PEM" } });
  expect(clientCertificate?.()).toEqual({ pem: "PEM" });
  for (const holder of [undefined, null, {}, { clientCert: null }, { clientCert: {} }])
    expect(onAws(holder)).toEqual({});
});
