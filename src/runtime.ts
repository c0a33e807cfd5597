import type { SecretOrigin } from "./configuration.ts";
import type { EventSink } from "./event.ts";
import type { Fields } from "./fields.ts";

/** What the core is handed: it reads no clock, no network and no secret by itself. */
export interface Runtime {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** That many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array<ArrayBuffer>;
  /** The text behind a binding or a path; undefined when there is none. */
  readonly secret: (origin: SecretOrigin) => string | undefined | Promise<string | undefined>;
  readonly replay: ReplayStore;
  /** Where `serve.revocation` finds its list. */
  readonly revocations?: RevocationStore;
  readonly emit: EventSink;
  /**
   * Work that other requests wait for, or the event of a proof that is used up, goes on although the
   * request that began it is over, its client gone. Absent: it does so anyway.
   */
  readonly outlive?: (work: Promise<unknown>) => void;
  /** Where all of this runs, for the event; a request may know better. */
  readonly region?: string;
}

/** One proof, to be judged once. */
export interface Claim {
  /** SHA-256 over the length-prefixed jkt and jti: 32 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>;
  /** The proof's iat in whole seconds. */
  readonly iat: number;
  /** RFC 7638 thumbprint; routes a proof that has no nonce. */
  readonly jkt: string;
  /** What the proof's nonce says about where it is judged; empty without one. */
  readonly route: Uint8Array<ArrayBuffer>;
}

/**
 * Only `fresh` lets a request pass. stale: at or below the store's floor, so the store cannot know;
 * who asks has judged the iat by its own clock, so the clocks differ, and the request is refused 503.
 * elsewhere: the nonce names another store (region, generation); its sender is challenged.
 */
export type Verdict = "fresh" | "replayed" | "stale" | "elsewhere";

/** Remembers proofs. A store that cannot answer throws, and the request is refused. */
export interface ReplayStore {
  /** One atomic question a claim, never asked again by us. */
  claim(claim: Claim): Promise<Verdict>;
  /** Who judges a claim, for the event. */
  readonly judge?: (claim: Pick<Claim, "jkt" | "route">) => {
    readonly mode: string;
    readonly shard?: string;
  };
  /**
   * What a nonce that is minted now must carry for its proof to be judged here; absent: nothing.
   * The store may send a message only once the sender has proven possession of the key `jkt`;
   * before, it answers from what is at hand, or undefined, and no nonce is minted. `accepted`: the
   * nonce rides on a success, of a proof with this route, and is worth no message.
   */
  readonly nonceRoute?: (
    jkt: string | undefined,
    accepted?: Uint8Array<ArrayBuffer>,
  ) => Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** Who is shut out, and until when: seconds since the epoch. */
export interface Revocation {
  readonly id: string;
  readonly until: number;
}

/** The list of what an operator has taken back. It outlives every process that asks it. */
export interface RevocationStore {
  /**
   * The whole list as it is now, or its version alone where `known` is that version still. Throws
   * where it cannot be had: it is never taken for an empty one.
   */
  read(known?: string): Promise<RevocationAnswer>;
  /** All of it or nothing: nothing where the list would be `full`. Absent: it is written elsewhere. */
  readonly change?: (change: RevocationChange) => Promise<"changed" | "full">;
}

export interface RevocationAnswer {
  /** Two lists that differ have two versions. */
  readonly version: string;
  /** Absent: as they were in the version that is known. */
  readonly entries?: readonly Revocation[];
}

export interface RevocationChange {
  /** Replaces an entry of the same id. */
  readonly revoke: readonly Revocation[];
  /** Ids. */
  readonly lift: readonly string[];
}

/**
 * The client's TLS certificate, where the platform asked for one and the client has proven that it
 * holds its key: the SHA-256 thumbprint in hex, or the certificate itself.
 */
export type ClientCertificate = { readonly sha256: string } | { readonly pem: string };

/** The request as the platform saw it. */
export interface EdgeRequest {
  readonly method: string;
  /** The absolute URL that the platform routed by, its path as little normalised as can be had. */
  readonly url: string;
  readonly headers: Fields;
  /** A prefix that the platform says it removed (a stage), for what the client signed; a configured one wins. */
  readonly basePath?: string;
  /** The client's address as the platform tells it; never from a header that a client can set. */
  readonly clientAddress?: string | undefined;
  /** The platform's id of the request; never from a header that a client can set. */
  readonly id?: string | undefined;
  /** Where the platform runs this: a data center, a region. */
  readonly region?: string | undefined;
  /** Never from a header; asked only for a token that is bound to one, since finding it costs. */
  readonly clientCertificate?: () => ClientCertificate | undefined;
  /**
   * The whole body, which the adapter keeps for whoever is behind; undefined: it is longer than
   * `limit` bytes. Absent where the platform hands over none.
   */
  readonly body?: (limit: number) => Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** The request's URL, as the client meant it and as it arrived. */
export interface RequestUrl {
  /** What the client asked and signs: public origin, base path, path and query. */
  readonly public: URL;
  /** The raw path as it arrived, for matching and forwarding. */
  readonly path: string;
  /** "" or "?..." as it arrived. */
  readonly search: string;
}
