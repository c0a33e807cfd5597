import { refusalOf } from "./challenge.ts";
import type { ServerClocks } from "./clock.ts";
import { type Exchange, exchangeOf } from "./exchange.ts";
import type { FirstContact } from "./first-contact.ts";
import type { DpopKey } from "./key.ts";
import { type Nonces, type NonceUses, nonceOf } from "./nonces.ts";
import { createProof } from "./proof.ts";
import type { Remedies, Remedy } from "./remedy.ts";
import { fetchInit, type Hop } from "./request.ts";

/** What a client is made of. */
export interface Means {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly nonces: Nonces;
  readonly uses: NonceUses;
  readonly clocks: ServerClocks;
  readonly firstContact: FirstContact;
  readonly remedies: Remedies;
  readonly watch: ((exchange: Exchange) => void) | undefined;
}

export interface Attempted {
  readonly response: Response;
  /** What has been learned that makes another attempt worth it. */
  readonly remedy?: Remedy;
  /** What the next attempt is owed: the nonce of this one's challenge, whoever uses another meanwhile. */
  readonly own?: OwnNonce;
}

/** A nonce that came with a refusal of this very call. */
export interface OwnNonce {
  readonly nonce: string;
  /** Nobody else was told of it: where it is refused too, there is nothing left to try. */
  readonly secluded: boolean;
}

/** One request, with a proof of its own; keeps what its answer teaches. */
export async function attempt(
  means: Means,
  hop: Hop,
  token: string | undefined,
  tried: ReadonlySet<Remedy>,
  own?: OwnNonce,
): Promise<Attempted> {
  const { origin } = hop.url;
  const key = await means.remedies.keyFor(origin);
  const { proof, response } = await send(means, hop, token, key, own);
  if (response.ok || token !== undefined) means.remedies.bind();
  const refusal = await refusalOf(response);
  const found = refusal && (await means.remedies.find({ origin, key, token }, response, refusal));
  const again = found !== undefined && (!tried.has(found) || (found === "nonce" && mayBeSpent()));
  const remedy = again ? found : undefined;
  means.watch?.(exchangeOf(hop, response, { proof, again: remedy }));
  const fresh = nonceOf(response.headers);
  if (remedy === undefined) {
    if (fresh !== undefined && own !== undefined) means.nonces.set(origin, fresh);
    return { response };
  }
  if (fresh === undefined) return { response, remedy };
  return { response, remedy, own: { nonce: fresh, secluded: own !== undefined } };

  /** A server may take each nonce once, and another call of this client may have come first. */
  function mayBeSpent(): boolean {
    return own !== undefined && !own.secluded && means.uses.areSeveral(own.nonce);
  }
}

async function send(
  { fetch, nonces, uses, clocks, firstContact }: Means,
  hop: Hop,
  token: string | undefined,
  key: DpopKey,
  own: OwnNonce | undefined,
): Promise<{ readonly proof: string; readonly response: Response }> {
  const { method, url, init } = hop;
  const { origin } = url;
  const nonce = () => nonces.get(origin);
  const answered = await firstContact.enter(origin, nonce, init.signal);
  try {
    const now = () => clocks.now(origin);
    const used = own?.nonce ?? nonce();
    uses.add(used);
    const proof = await createProof({ key, method, url, accessToken: token, nonce: used, now });
    const headers = new Headers(hop.headers);
    headers.set("DPoP", proof);
    if (token !== undefined) headers.set("Authorization", `DPoP ${token}`);
    const response = await fetch(url.href, fetchInit(hop, headers));
    const fresh = nonceOf(response.headers);
    // Of a retry's refusal only this call is told, until it ends.
    const secluded = own !== undefined && !response.ok;
    if (fresh !== undefined && !secluded) nonces.set(origin, fresh);
    firstContact.heard(origin);
    return { proof, response };
  } finally {
    answered();
  }
}
