import type { KeySource } from "../configuration.ts";
import { settlesWithin } from "../deadline.ts";
import type { JsonObject } from "../jws/json.ts";
import type { Runtime } from "../runtime.ts";
import type { Secrets } from "../secrets.ts";
import { endpointRequest } from "./endpoint.ts";
import { FetchError, fetchJson, place } from "./fetch-json.ts";
import { hasUsableKey, type IssuerKey, type KeySet, parseJwkSet } from "./jwk-set.ts";
import { serverMetadata } from "./metadata.ts";

/** What a fetch of keys came to; `why` holds no secret. */
export type Loaded =
  | { readonly kind: "keys"; readonly set: KeySet }
  | { readonly kind: "failure"; readonly why: string };

/**
 * The keys of an issuer, by metadata or directly, all within the endpoint's one timeout: whoever
 * is silent, slow, endless or redirects is a failure. Never rejects.
 * @param previous the keys so far; those still published keep their objects
 * @param anew the last fetch failed: the endpoint's credentials are read again
 */
export async function loadKeys(
  fetch: Runtime["fetch"],
  secrets: Secrets,
  source: KeySource,
  previous: readonly IssuerKey[],
  anew: boolean,
): Promise<Loaded> {
  const { timeout, url } = source.endpoint;
  let loaded: Loaded = { kind: "failure", why: `${place(url)} did not answer within ${timeout} s` };
  const work = load(fetch, secrets, source, previous, anew).then(
    (set) => {
      loaded = { kind: "keys", set };
    },
    (error: unknown) => {
      loaded = { kind: "failure", why: reason(error) };
    },
  );
  // The abort signal ends the fetch; that the walk goes on does not depend on a runtime heeding it.
  await settlesWithin(timeout * 1000, work);
  return loaded;
}

async function load(
  fetch: Runtime["fetch"],
  secrets: Secrets,
  source: KeySource,
  previous: readonly IssuerKey[],
  anew: boolean,
): Promise<KeySet> {
  const signal = AbortSignal.timeout(Math.ceil(source.endpoint.timeout * 1000));
  const request = await endpointRequest(source.endpoint, secrets, { method: "GET", anew });
  const document = await fetchJson(fetch, { ...request, signal });
  if (source.kind === "jwks")
    return { keys: await usableKeys(document, previous, source.endpoint.url) };

  const { issuer, jwksUri } = serverMetadata(document, source.endpoint, source);
  // The endpoint's own headers and credentials are for the endpoint that they were written for.
  const { timeout } = source.endpoint;
  const named = { url: jwksUri, headers: {}, timeout };
  const auth = source.resolved === undefined ? {} : { auth: source.resolved };
  const keysRequest = await endpointRequest({ ...named, ...auth }, secrets, {
    method: "GET",
    anew,
  });
  const jwkSet = await fetchJson(fetch, { ...keysRequest, signal });
  const keys = await usableKeys(jwkSet, previous, jwksUri);
  return issuer === undefined ? { keys } : { keys, issuer };
}

/** An empty set would take everybody down at once: what was published before stays in force. */
async function usableKeys(
  document: JsonObject,
  previous: readonly IssuerKey[],
  url: string,
): Promise<readonly IssuerKey[]> {
  const keys = parseJwkSet(document, previous);
  if (await hasUsableKey(keys)) return keys;
  throw new FetchError(
    `${place(url)} answered a JWK set of ${keys.length} keys, none of them usable`,
  );
}

/** Of an error that is not ours only the name: its message may quote a URL or a header. */
function reason(error: unknown): string {
  if (error instanceof FetchError) return error.message;
  return `the keys could not be fetched (${error instanceof Error ? error.name : "unknown error"})`;
}
