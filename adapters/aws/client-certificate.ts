import type { ClientCertificate } from "../../src/runtime.ts";

/** As API Gateway puts it into the request context of a custom domain with mutual TLS. */
export interface CertificateHolder {
  readonly clientCert?: { readonly clientCertPem?: string | null } | null | undefined;
}

/** The certificate that the client has proven to hold; headers are never read for it. */
export function clientCertificate(holder: CertificateHolder | null | undefined): {
  readonly clientCertificate?: () => ClientCertificate;
} {
  const pem = holder?.clientCert?.clientCertPem;
  return typeof pem === "string" && pem !== "" ? { clientCertificate: () => ({ pem }) } : {};
}
