import { refusalOf } from "./challenge.ts";
import type { ServerClocks } from "./clock.ts";
import { type Exchange, exchangeOf } from "./exchange.ts";
import type { FirstContact } from "./first-contact.ts";
import type { DpopKey } from "./key.ts";
import { type Nonces, nonceOf } from "./nonces.ts";
import { createProof } from "./proof.ts";
import type { Remedies, Remedy } from "./remedy.ts";
import { fetchInit, type Hop } from "./request.ts";

/** What a client is made of. */
export interface Means {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly nonces: Nonces;
  readonly clocks: ServerClocks;
  readonly firstContact: FirstContact;
  readonly remedies: Remedies;
  readonly watch: ((exchange: Exchange) => void) | undefined;
}

export interface Attempted {
  readonly response: Response;
  /** What has been learned that makes another attempt worth it. */
  readonly remedy?: Remedy;
}

/** One request, with a proof of its own; keeps what its answer teaches. */
export async function attempt(
  means: Means,
  hop: Hop,
  token: string | undefined,
  tried: ReadonlySet<Remedy>,
): Promise<Attempted> {
  const { origin } = hop.url;
  const key = await means.remedies.keyFor(origin);
  const { proof, response } = await send(means, hop, token, key);
  const refusal = await refusalOf(response);
  const found = refusal && (await means.remedies.find({ origin, key, token }, response, refusal));
  const remedy = found === undefined || tried.has(found) ? undefined : found;
  means.watch?.(exchangeOf(hop, response, { proof, again: remedy }));
  return remedy === undefined ? { response } : { response, remedy };
}

async function send(
  { fetch, nonces, clocks, firstContact }: Means,
  hop: Hop,
  token: string | undefined,
  key: DpopKey,
): Promise<{ readonly proof: string; readonly response: Response }> {
  const { method, url, init } = hop;
  const { origin } = url;
  const nonce = () => nonces.get(origin);
  const answered = await firstContact.enter(origin, nonce, init.signal);
  try {
    const now = () => clocks.now(origin);
    const proof = await createProof({ key, method, url, accessToken: token, nonce: nonce(), now });
    const headers = new Headers(hop.headers);
    headers.set("DPoP", proof);
    if (token !== undefined) headers.set("Authorization", `DPoP ${token}`);
    const response = await fetch(url.href, fetchInit(hop, headers));
    const fresh = nonceOf(response.headers);
    if (fresh !== undefined) nonces.set(origin, fresh);
    firstContact.heard(origin);
    return { proof, response };
  } finally {
    answered();
  }
}
