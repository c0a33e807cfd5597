import { BoundedMap } from "../bounded-map.ts";
import { algorithm, algorithms, sameAlgorithm } from "../jws/algorithms.ts";
import { type Challenge, parseChallenges, type Refusal, refusalOf } from "./challenge.ts";
import type { ServerClocks } from "./clock.ts";
import type { FirstContact } from "./first-contact.ts";
import type { DpopKey } from "./key.ts";
import type { ClientKey } from "./key-store.ts";
import { type Nonces, nonceOf } from "./nonces.ts";
import { createProof } from "./proof.ts";
import type { Hop } from "./request.ts";

/** Why a request is made once more. */
export type Remedy = "nonce" | "clock" | "algorithm";

/** A request and its response, as they were on the wire. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** Absent where none was due. */
  readonly proof?: string;
  readonly status: number;
  readonly headers: Headers;
  readonly challenges: readonly Challenge[];
  /** Absent where the request is not made once more. */
  readonly again?: Remedy;
}

/** What a client has learned and is made of. */
export interface Means {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly key: ClientKey;
  readonly nonces: Nonces;
  readonly clocks: ServerClocks;
  readonly firstContact: FirstContact;
  readonly watch: ((exchange: Exchange) => void) | undefined;
}

export interface Attempted {
  readonly response: Response;
  /** What has been learned that makes another attempt worth it. */
  readonly remedy?: Remedy;
}

/** Makes single attempts: a fresh proof each, and what the answer teaches. */
export class Attempts {
  readonly #means: Means;
  /** By origin: which of its two names a server knows Ed25519 by. */
  readonly #spelling = new BoundedMap<string, string>(100);

  constructor(means: Means) {
    this.#means = means;
  }

  async once(hop: Hop, token: string | undefined, tried: ReadonlySet<Remedy>): Promise<Attempted> {
    const { fetch, nonces, firstContact, clocks } = this.#means;
    const { origin } = hop.url;
    const nonce = () => nonces.get(origin);
    const answered = await firstContact.enter(origin, nonce, hop.init.signal);
    try {
      const kept = await this.#means.key.get();
      const key = { ...kept, alg: this.#spelling.get(`${origin} ${kept.alg}`) ?? kept.alg };
      const { method, url } = hop;
      const sent = nonce();
      const now = () => clocks.now(origin);
      const proof = await createProof({ key, method, url, accessToken: token, nonce: sent, now });
      const headers = new Headers(hop.headers);
      headers.set("DPoP", proof);
      if (token !== undefined) headers.set("Authorization", `DPoP ${token}`);
      const response = await fetch(url.href, fetchInit(hop, headers));
      const fresh = nonceOf(response.headers);
      if (fresh !== undefined) nonces.set(origin, fresh);
      firstContact.heard(origin);
      answered();
      const refusal = await refusalOf(response);
      const found = refusal && (await this.#remedy(hop, key, token, response, refusal));
      const remedy = found !== undefined && !tried.has(found) ? found : undefined;
      this.#means.watch?.(exchangeOf(hop, response, { proof, again: remedy }));
      return remedy === undefined ? { response } : { response, remedy };
    } finally {
      answered();
    }
  }

  async #remedy(
    { url: { origin } }: Hop,
    key: DpopKey,
    token: string | undefined,
    response: Response,
    { error, algs }: Refusal,
  ): Promise<Remedy | undefined> {
    if (error !== "use_dpop_nonce" && error !== "invalid_dpop_proof") return undefined;
    if (algs !== undefined && algs.length > 0 && !algs.includes(key.alg)) {
      return (await this.#otherAlgorithm(origin, key, token, algs)) ? "algorithm" : undefined;
    }
    if (error === "use_dpop_nonce") return nonceOf(response.headers) ? "nonce" : undefined;
    return this.#means.clocks.learn(origin, response.headers.get("Date")) ? "clock" : undefined;
  }

  /** The same key under its other name; or, before any token is bound to it, another key. */
  async #otherAlgorithm(
    origin: string,
    key: DpopKey,
    token: string | undefined,
    algs: readonly string[],
  ): Promise<boolean> {
    const row = algorithm(key.alg);
    const name = algorithms.find((each) => {
      return row !== undefined && sameAlgorithm(row, each) && algs.includes(each.alg);
    });
    if (name !== undefined) {
      const kept = await this.#means.key.get();
      this.#spelling.set(`${origin} ${kept.alg}`, name.alg);
      return true;
    }
    if (token !== undefined) return false;
    return (await this.#means.key.replace(key, algs)) !== undefined;
  }
}

/** `redirect` is ours: a proof is good for one URL, so every hop needs its own. */
export function fetchInit(hop: Hop, headers: Headers): RequestInit {
  const { signal, body: _, ...rest } = hop.init;
  const { method, body } = hop;
  return {
    ...rest,
    method,
    headers,
    redirect: hop.redirect === "follow" ? "manual" : hop.redirect,
    ...(signal ? { signal } : {}),
    ...(body === undefined || body === null ? {} : { body }),
    ...(typeof body === "object" && body !== null && "getReader" in body ? { duplex: "half" } : {}),
  };
}

export function exchangeOf(
  { method, url }: Hop,
  { status, headers }: Response,
  { proof, again }: { proof?: string | undefined; again?: Remedy | undefined } = {},
): Exchange {
  return {
    method,
    url: url.href,
    status,
    headers,
    challenges: parseChallenges(headers.get("WWW-Authenticate")),
    ...(proof === undefined ? {} : { proof }),
    ...(again === undefined ? {} : { again }),
  };
}
