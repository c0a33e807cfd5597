import { bytesOfBase64 } from "../base64.ts";
import { Fault } from "../decision.ts";
import { algorithms } from "../jws/algorithms.ts";
import type { JsonObject, JsonValue } from "../jws/json.ts";
import { type PublicJwk, publicKey } from "../jws/public-key.ts";
import type { Runtime } from "../runtime.ts";
import type { Secrets } from "../secrets.ts";
import { normalised } from "../token/issuer-jwk.ts";
import type { KeyCertificatesCode } from "../token/key-certificates.ts";
import { type Bytes, type Certificate, parseCertificate } from "./certificate.ts";
import { CertificateProblem } from "./certificate-problem.ts";
import { judgeChain, type Validity } from "./chain.ts";
import { certifiedKey } from "./public-key.ts";

/** Certificates of one key: nobody's path is longer, and each costs a signature. */
const longestChain = 8;
/** Characters of one certificate. */
const longestCertificate = 16_384;

/** Judges a key once for as long as its certificates are valid, and anew after that. */
export function createKeyCertificates({
  runtime: { now },
  secrets,
}: {
  readonly runtime: Pick<Runtime, "now">;
  readonly secrets: Pick<Secrets, "certificates">;
}): KeyCertificatesCode {
  const held = new WeakMap<JsonObject, Map<string, Validity>>();
  const bundles = new WeakMap<readonly unknown[], readonly Certificate[]>();

  return {
    anchors: anchorsOf,
    async doubt(jwk, source) {
      const known = held.get(jwk)?.get(source);
      if (known && now() >= known.notBefore && now() <= known.notAfter) return undefined;
      const anchors = await anchorsOf(source);
      try {
        const bySource = held.get(jwk) ?? new Map<string, Validity>();
        held.set(jwk, bySource.set(source, await judgeKey(jwk, anchors, now())));
        return undefined;
      } catch (error) {
        if (error instanceof CertificateProblem) return error.message;
        throw error;
      }
    },
  };

  async function anchorsOf(source: string): Promise<readonly Certificate[]> {
    const read = await secrets.certificates(source);
    const known = bundles.get(read);
    if (known) return known;
    const parsed = read.map(({ der }, index) => {
      try {
        return parseCertificate(der);
      } catch (error) {
        if (!(error instanceof CertificateProblem)) throw error;
        // Less trust than the document asks for is an outage, not a quiet difference.
        throw new Fault(
          `The secret source "${source}": certificate ${index + 1} ${error.message}.`,
        );
      }
    });
    bundles.set(read, parsed);
    return parsed;
  }
}

/** @throws CertificateProblem */
async function judgeKey(
  jwk: JsonObject,
  anchors: readonly Certificate[],
  now: number,
): Promise<Validity> {
  const chain = chainOf(jwk.x5c);
  const validity = await judgeChain(chain, anchors, now);
  const [leaf] = chain;
  const certified = leaf && (await certifiedKey(leaf.publicKey));
  // A good certificate says nothing of a key that it does not hold.
  if (certified && JSON.stringify(certified) === JSON.stringify(publicPart(jwk))) return validity;
  throw new CertificateProblem("certificate 1: it holds another key than the JWK");
}

function publicPart(jwk: JsonObject): PublicJwk | undefined {
  const { kty, crv, n, e, x, y } = normalised(jwk);
  const row = algorithms.find((each) => each.kty === kty && each.crv === crv);
  return row && publicKey({ kty, crv, n, e, x, y }, row);
}

/** RFC 7517 section 4.7: base64, not base64url, of each certificate. @throws CertificateProblem */
function chainOf(x5c: JsonValue | undefined): readonly Certificate[] {
  if (x5c === undefined) throw new CertificateProblem("it has no certificate (x5c)");
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > longestChain) {
    throw new CertificateProblem(`its x5c is no list of 1 to ${longestChain} certificates`);
  }
  return x5c.map((text: unknown, index) => {
    const name = `certificate ${index + 1}`;
    const der = typeof text === "string" ? bytesOf(text) : undefined;
    if (der === undefined) throw new CertificateProblem(`${name}: it is not base64`);
    try {
      return parseCertificate(der);
    } catch (error) {
      if (!(error instanceof CertificateProblem)) throw error;
      throw new CertificateProblem(`${name}: it ${error.message}`);
    }
  });
}

function bytesOf(base64: string): Bytes | undefined {
  const compact = base64.length > longestCertificate ? "" : base64.replace(/\s/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    return undefined;
  }
  return bytesOfBase64(compact);
}
