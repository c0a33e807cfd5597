import { algorithms, type WebCryptoAlgorithm } from "../jws/algorithms.ts";
import { type PublicJwk, publicKey } from "../jws/public-key.ts";
import { childrenOf, type Element, hexOf } from "../secrets/der.ts";
import { ec, ed25519, namedCurves, rsa } from "../secrets/key-types.ts";
import { CertificateProblem } from "./certificate-problem.ts";

/**
 * The key of a SubjectPublicKeyInfo, held to what every other public key here is held to: its size,
 * its exponent, its curve.
 * @throws CertificateProblem
 */
export async function certifiedKey(info: Element): Promise<PublicJwk> {
  const kind = kindOf(info);
  const row = algorithms.find(({ kty, crv }) => kty === kind?.kty && crv === kind.crv);
  const key =
    kind &&
    row &&
    (await crypto.subtle
      .importKey("spki", info.whole, kind.import, true, ["verify"])
      .then((imported) => crypto.subtle.exportKey("jwk", imported))
      .then(
        ({ kty, crv, n, e, x, y }) => publicKey({ kty, crv, n, e, x, y }, row),
        () => undefined,
      ));
  if (key) return key;
  throw new CertificateProblem("a certificate has a public key that is not used here");
}

interface Kind {
  readonly kty: string;
  readonly crv?: string;
  readonly import: WebCryptoAlgorithm;
}

function kindOf(info: Element): Kind | undefined {
  const [algorithm] = childrenOf(info);
  const [type, parameters] = childrenOf(algorithm);
  switch (hexOf(type)) {
    case rsa:
      return { kty: "RSA", import: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } };
    case ed25519:
      return { kty: "OKP", crv: "Ed25519", import: { name: "Ed25519" } };
    case ec: {
      const namedCurve = namedCurves.get(hexOf(parameters));
      return namedCurve === undefined
        ? undefined
        : { kty: "EC", crv: namedCurve, import: { name: "ECDSA", namedCurve } };
    }
    default:
      return undefined;
  }
}
