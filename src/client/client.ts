import { attempt, type OwnNonce } from "./attempt.ts";
import { ServerClocks } from "./clock.ts";
import { type Exchange, exchangeOf } from "./exchange.ts";
import { DpopError } from "./failure.ts";
import { FirstContact } from "./first-contact.ts";
import { algorithmOf, type DpopKey } from "./key.ts";
import { ClientKey, type KeyStore, memoryKeyStore } from "./key-store.ts";
import { memoryNonces, type Nonces, NonceUses } from "./nonces.ts";
import { checkOrigins } from "./origins.ts";
import { mostRedirects, nextHop } from "./redirect.ts";
import { Remedies, type Remedy } from "./remedy.ts";
import { type Fetch, fetchInit, firstHop, type Hop, isOneShot } from "./request.ts";
import { callersToken, currentToken, type TokenSource } from "./token.ts";

export interface DpopClientOptions {
  /** Where the one key lives; in memory by default, so for as long as the process. */
  readonly keyStore?: KeyStore | undefined;
  /**
   * The access token, or a function that gives the current one. Without it a request's own
   * Authorization header counts (Bearer is sent as DPoP), and a POST without one carries a proof
   * alone, as a token endpoint wants it.
   */
  readonly token?: TokenSource | undefined;
  /**
   * The origins that may see a token: https, or http on loopback. Required with `token`; without
   * it a token of the caller's goes where the caller sends it, and no further.
   */
  readonly origins?: readonly string[] | undefined;
  /** Of a key that is made, best first; ES256 by default. */
  readonly algorithms?: readonly string[] | undefined;
  /** Nonces to share with others, see `sharedNonces`. */
  readonly nonces?: Nonces | undefined;
  /** Another fetch than the global one. It must not repeat a request by itself: a proof is good once. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Milliseconds since the epoch; Date.now by default. */
  readonly now?: (() => number) | undefined;
  /** Milliseconds that parallel calls wait for the first answer of a server; 2000 by default. */
  readonly patience?: number | undefined;
  /** Sees every request as it went over the wire. */
  readonly watch?: ((exchange: Exchange) => void) | undefined;
}

export interface DpopClient {
  /**
   * fetch, with a fresh proof for every request, redirect and retry. Throws a DpopError for what
   * it refuses to send, or cannot send once more; otherwise answers as fetch does.
   */
  readonly fetch: Fetch;
  /** The client's key, made now where there is none yet: its thumbprint is `dpop_jkt`. */
  key(): Promise<DpopKey>;
}

declare const fetch: (url: string, init: RequestInit) => Promise<Response>;

/**
 * A client with one key. Throws a TypeError for options that cannot be meant: a token without
 * origins, an origin that is none, an unknown algorithm.
 */
export function createDpopClient(options: DpopClientOptions = {}): DpopClient {
  const { token: source, now = Date.now, patience = 2000 } = options;
  const origins = checkOrigins(options.origins, source !== undefined);
  const names = options.algorithms ?? ["ES256"];
  for (const alg of names) algorithmOf(alg);
  const key = new ClientKey(options.keyStore ?? memoryKeyStore(), names);
  const clocks = new ServerClocks(now);
  const means = {
    // Not the function itself: some runtimes insist that it is called on the global object.
    fetch: options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init)),
    nonces: options.nonces ?? memoryNonces(),
    uses: new NonceUses(),
    clocks,
    firstContact: new FirstContact({ now, patience }),
    remedies: new Remedies(key, clocks),
    watch: options.watch,
  };

  /**
   * Each remedy is tried once, a nonce that another call may have spent twice, so a server that is
   * never content ends with its own answer.
   */
  async function exchange(hop: Hop, token: string | undefined): Promise<Response> {
    const oneShot = isOneShot(hop.body);
    if (oneShot) await introduce(hop, token);
    const tried = new Set<Remedy>();
    let own: OwnNonce | undefined;
    for (;;) {
      const attempted = await attempt(means, hop, token, tried, own);
      const { response, remedy } = attempted;
      if (remedy === undefined) return response;
      own = attempted.own;
      await response.body?.cancel();
      if (oneShot) throw consumed(hop, remedy);
      tried.add(remedy);
    }
  }

  /** A stream can be sent once: so the nonce is asked for before, by a request that changes nothing. */
  async function introduce(hop: Hop, token: string | undefined): Promise<void> {
    const { origin } = hop.url;
    if (!means.firstContact.isCold(origin, means.nonces.get(origin))) return;
    const { headers: _, ...rest } = hop;
    const question = { ...rest, method: "HEAD", headers: new Headers(), body: undefined };
    const { response } = await attempt(means, question, token, new Set());
    await response.body?.cancel();
  }

  /** No proof is due: nothing is signed, and no token of ours goes along. */
  async function plain(hop: Hop): Promise<Response> {
    const { redirect } = hop;
    const response = await means.fetch(hop.url.href, { ...fetchInit(hop, hop.headers), redirect });
    options.watch?.(exchangeOf(hop, response));
    return response;
  }

  async function start(first: Hop): Promise<Response> {
    const token = callersToken(first.headers) ?? (await ownToken(first));
    const { origin } = first.url;
    if (token !== undefined && origins?.has(origin) === false) {
      throw new DpopError("origin.refused", `${origin} is not among this client's origins.`);
    }
    let hop = first;
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      const trusted = hop.url.origin === origin || origins?.has(hop.url.origin) === true;
      const due = token !== undefined || hop.method === "POST";
      // Whoever left for somewhere else does not come back with the token.
      if (!trusted || !due) return plain(hop);
      const response = await exchange(hop, token);
      const next = nextHop(response, hop);
      if (next === undefined) return response;
      await response.body?.cancel();
      if (isOneShot(next.body)) throw consumed(next, "redirect");
      hop = next;
    }
    throw new DpopError("redirect.loop", `${origin} redirects more than ${mostRedirects} times.`);
  }

  async function ownToken({ headers }: Hop): Promise<string | undefined> {
    if (source === undefined || headers.has("Authorization")) return undefined;
    return currentToken(source);
  }

  return {
    fetch: async (input, init) => start(await firstHop(input, init)),
    key: () => key.get(),
  };
}

const reasons: Readonly<Record<Remedy | "redirect", string>> = {
  nonce: "asked for a nonce",
  clock: "has another time",
  algorithm: "wants another algorithm",
  redirect: "redirects",
};

function consumed({ url }: Hop, why: Remedy | "redirect"): DpopError {
  return new DpopError(
    "body.consumed",
    `${url.origin} ${reasons[why]}, and the body is a stream that cannot be sent twice. What it asked for is known now: call again with a new stream, or with a body that can be repeated (Blob, bytes, string).`,
  );
}
