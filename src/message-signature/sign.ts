import { algorithm } from "../jws/algorithms.ts";
import type { Runtime } from "../runtime.ts";
import { type Secrets, select } from "../secrets.ts";
import { base64 } from "../token/endpoint.ts";
import { FetchError } from "../token/fetch-json.ts";
import type { RequestSignatureCode, SignableRequest } from "../token/request-signature.ts";

/** RFC 9421 section 6.2.2, and the names that Heimdall gives to what has none there. */
function nameOf(alg: string): string {
  const hash = `sha${alg.slice(2)}`;
  switch (alg.slice(0, 2)) {
    case "ES":
      return `ecdsa-p${alg === "ES512" ? "521" : alg.slice(2)}-${hash}`;
    case "RS":
      return `rsa-v1_5-${hash}`;
    case "PS":
      return `rsa-pss-${hash}`;
    default:
      return "ed25519";
  }
}

const encoder = new TextEncoder();

export function createRequestSignatures({
  runtime: { now },
  secrets,
}: {
  readonly runtime: Pick<Runtime, "now">;
  readonly secrets: Pick<Secrets, "signingKeys">;
}): RequestSignatureCode {
  return async ({ key: reference, components, label, tag, ttl }, request) => {
    const { alg, kid, key } = select(await secrets.signingKeys(reference), reference);
    const row = algorithm(alg);
    if (row === undefined) throw new FetchError(`${alg} signs no requests`);
    if (components.includes("content-digest")) {
      request.headers.set("Content-Digest", await contentDigest(request.body ?? ""));
    }
    const created = Math.floor(now() / 1000);
    const parameters = [
      `(${components.map(text).join(" ")})`,
      `created=${created}`,
      `expires=${created + ttl}`,
      `keyid=${text(kid)}`,
      `alg=${text(nameOf(alg))}`,
      `tag=${text(tag)}`,
    ].join(";");
    const base = signatureBase(components, parameters, request);
    const signature = await crypto.subtle.sign(row.verify, key, encoder.encode(base));
    request.headers.set("Signature-Input", `${label}=${parameters}`);
    request.headers.set("Signature", `${label}=:${base64(new Uint8Array(signature))}:`);
  };
}

/**
 * RFC 9421 section 2.5.
 * @param parameters the signature's, serialized, its components first
 * @throws FetchError where the request has no such field
 */
export function signatureBase(
  components: readonly string[],
  parameters: string,
  request: Omit<SignableRequest, "body">,
): string {
  const lines = components.map((name) => `${text(name)}: ${componentOf(name, request)}`);
  return [...lines, `"@signature-params": ${parameters}`].join("\n");
}

/** RFC 9421 sections 2.1 and 2.2. */
function componentOf(
  name: string,
  { url, method, headers }: Omit<SignableRequest, "body">,
): string {
  switch (name) {
    case "@method":
      return method;
    case "@target-uri":
      return url.href;
    case "@authority":
      return url.host;
    case "@scheme":
      return url.protocol.slice(0, -1);
    case "@request-target":
      return `${url.pathname}${url.search}`;
    case "@path":
      return url.pathname;
    case "@query":
      return url.search === "" ? "?" : url.search;
  }
  const value = headers.get(name);
  if (value !== null) return value.trim();
  throw new FetchError(`the request has no header ${name} to sign`);
}

/** RFC 9530 section 2; both, as Heimdall. */
async function contentDigest(body: string): Promise<string> {
  const bytes = encoder.encode(body);
  const digest = async (hash: string) =>
    base64(new Uint8Array(await crypto.subtle.digest(hash, bytes)));
  return `sha-256=:${await digest("SHA-256")}:, sha-512=:${await digest("SHA-512")}:`;
}

/** RFC 8941 section 3.3.3. */
function text(value: string): string {
  return `"${value.replaceAll(/[\\"]/g, "\\$&")}"`;
}
