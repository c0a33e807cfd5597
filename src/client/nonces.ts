import { BoundedMap } from "../bounded-map.ts";

/** The latest nonce of each origin (RFC 9449 section 8: of a server, not of a URL). */
export interface Nonces {
  get(origin: string): string | undefined;
  set(origin: string, nonce: string): void;
}

/** Far more servers than a client calls; the least recently used is forgotten. */
const bound = 100;

export function memoryNonces(): Nonces {
  return new BoundedMap<string, string>(bound);
}

/** How often each of the latest nonces went out: a server that takes each once refuses the second. */
export class NonceUses {
  readonly #counts = new BoundedMap<string, number>(10 * bound);

  add(nonce: string | undefined): void {
    if (nonce !== undefined) this.#counts.set(nonce, (this.#counts.get(nonce) ?? 0) + 1);
  }

  areSeveral(nonce: string): boolean {
    return (this.#counts.get(nonce) ?? 0) > 1;
  }
}

/** What a BroadcastChannel has, and a port of a worker. */
export interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/**
 * Nonces that every tab of an origin knows: what one is given, all have. Nothing in a message is
 * secret, and a false nonce costs its reader one challenge.
 */
export function sharedNonces(channel: Channel): Nonces {
  const own = memoryNonces();
  const known = new Set<string>();
  const keep = (origin: string, nonce: string) => {
    own.set(origin, nonce);
    known.add(origin);
    if (known.size > bound) known.clear();
  };
  channel.addEventListener("message", ({ data }) => {
    if (isGiven(data)) return keep(data.origin, data.dpopNonce);
    if (!isQuestion(data)) return;
    for (const origin of known) tell(channel, origin, own.get(origin));
  });
  // A tab that opens late asks for what it missed.
  channel.postMessage({ dpopNonces: "ask" });
  return {
    get: (origin) => own.get(origin),
    set(origin, nonce) {
      if (own.get(origin) === nonce) return;
      keep(origin, nonce);
      tell(channel, origin, nonce);
    },
  };
}

function tell(channel: Channel, origin: string, nonce: string | undefined): void {
  if (nonce !== undefined) channel.postMessage({ origin, dpopNonce: nonce });
}

function isGiven(data: unknown): data is { origin: string; dpopNonce: string } {
  return (
    typeof data === "object" &&
    data !== null &&
    "origin" in data &&
    typeof data.origin === "string" &&
    "dpopNonce" in data &&
    typeof data.dpopNonce === "string" &&
    isNonce(data.dpopNonce)
  );
}

function isQuestion(data: unknown): boolean {
  return typeof data === "object" && data !== null && "dpopNonces" in data;
}

/** RFC 9449 section 8.1: 1*NQCHAR. Two fields that were joined are none. */
function isNonce(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]{1,2048}$/.test(text);
}

/** The nonce that rides on a response, be it a success, a refusal or a redirect. */
export function nonceOf(headers: Headers): string | undefined {
  const nonce = headers.get("DPoP-Nonce");
  return nonce !== null && isNonce(nonce) ? nonce : undefined;
}
