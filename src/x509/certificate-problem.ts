/** Why a certificate, or a chain of them, is not to be trusted; in words for the operator. */
export class CertificateProblem extends Error {
  override readonly name = "CertificateProblem";
}
