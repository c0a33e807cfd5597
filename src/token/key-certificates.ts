import type { JsonObject } from "../jws/json.ts";

/** The certificates of an issuer's keys (RFC 7517 section 4.7). */
export interface KeyCertificatesCode {
  /**
   * Why a key's certificates do not make it trusted, in words for the operator; undefined where
   * they do.
   * @param jwk the same object for as long as the issuer publishes the key unchanged
   * @param anchors the secret source that holds the trust anchors
   * @throws Fault where that source cannot be read
   */
  doubt(jwk: JsonObject, anchors: string): Promise<string | undefined>;
  /** The trust anchors of a secret source, each parsed. @throws Fault where one cannot be read */
  anchors(source: string): Promise<readonly unknown[]>;
}
