import { BoundedMap } from "../bounded-map.ts";
import { algorithm, sameAlgorithm } from "../jws/algorithms.ts";
import type { Refusal } from "./challenge.ts";
import type { ServerClocks } from "./clock.ts";
import type { DpopKey } from "./key.ts";
import type { ClientKey } from "./key-store.ts";
import { nonceOf } from "./nonces.ts";

/** Why a request is worth making once more. */
export type Remedy = "nonce" | "clock" | "algorithm";

/** What was sent and refused. */
export interface Refused {
  readonly origin: string;
  readonly key: DpopKey;
  readonly token: string | undefined;
}

/** Learns from refusals what the next proof must have. */
export class Remedies {
  readonly #key: ClientKey;
  readonly #clocks: ServerClocks;
  /** Which of its two names a server knows Ed25519 by. */
  readonly #spellings = new BoundedMap<string, string>(100);

  constructor(key: ClientKey, clocks: ServerClocks) {
    this.#key = key;
    this.#clocks = clocks;
  }

  /** The client's key, under the name that this server knows its algorithm by. */
  async keyFor(origin: string): Promise<DpopKey> {
    const key = await this.#key.get();
    const alg = this.#spellings.get(origin);
    return alg !== undefined && isSame(alg, key.alg) ? { ...key, alg } : key;
  }

  /** Somebody has taken a proof, or seen a token with one. */
  bind(): void {
    this.#key.bind();
  }

  /** RFC 9449 sections 5, 7.1, 8 and 9. */
  async find(
    sent: Refused,
    response: Response,
    { error, algs = [] }: Refusal,
  ): Promise<Remedy | undefined> {
    if (error !== "use_dpop_nonce" && error !== "invalid_dpop_proof") return undefined;
    const unfit = algs.length > 0 && !algs.includes(sent.key.alg);
    if (unfit && (await this.#otherAlgorithm(sent, algs))) return "algorithm";
    if (error === "use_dpop_nonce") return nonceOf(response.headers) ? "nonce" : undefined;
    const learned = this.#clocks.learn(sent.origin, response.headers.get("Date"));
    return learned ? "clock" : undefined;
  }

  /** The same key under its other name; or, before any token is bound to it, another key. */
  async #otherAlgorithm(
    { origin, key, token }: Refused,
    algs: readonly string[],
  ): Promise<boolean> {
    const name = algs.find((alg) => isSame(alg, key.alg));
    if (name !== undefined) {
      this.#spellings.set(origin, name);
      return true;
    }
    return token === undefined && (await this.#key.replace(key, algs)) !== undefined;
  }
}

function isSame(one: string, other: string): boolean {
  const [row, otherRow] = [algorithm(one), algorithm(other)];
  return row !== undefined && otherRow !== undefined && sameAlgorithm(row, otherRow);
}
