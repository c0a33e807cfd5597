import { BoundedMap } from "../bounded-map.ts";

/** Milliseconds. */
export interface Patience {
  readonly now: () => number;
  /** How long the others wait for the first; then they go by themselves. */
  readonly patience: number;
}

/** What was in time half a minute ago may be too old by now: nonces live for a minute or a few. */
const idle = 30_000;

interface Acquaintance {
  heardAt?: number;
  scout?: Promise<void>;
}

/**
 * One request goes first where nobody knows the server's nonce; those that come meanwhile wait for
 * its answer, so that N calls make N + 1 requests, not 2 N.
 */
export class FirstContact {
  readonly #origins = new BoundedMap<string, Acquaintance>(100);
  readonly #patience: Patience;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  /** Whether nothing is known of the server, or what is known may have aged. */
  isCold(origin: string, nonce: string | undefined): boolean {
    const heardAt = this.#of(origin).heardAt;
    if (heardAt === undefined) return nonce === undefined;
    return this.#patience.now() - heardAt > idle;
  }

  heard(origin: string): void {
    this.#of(origin).heardAt = this.#patience.now();
  }

  /** Returns when the request may be sent: what to call once it was answered, or has failed. */
  async enter(
    origin: string,
    nonce: () => string | undefined,
    signal: AbortSignal | null | undefined,
  ): Promise<() => void> {
    const latest = this.#patience.now() + this.#patience.patience;
    const acquaintance = this.#of(origin);
    while (this.isCold(origin, nonce())) {
      if (acquaintance.scout === undefined) return this.#goFirst(acquaintance);
      const left = latest - this.#patience.now();
      if (left <= 0 || signal?.aborted) break;
      const { scout } = acquaintance;
      if (await endsWithin(left, scout, signal)) continue;
      // On Workers a request that is cancelled takes its promises with it: no second one waits.
      if (acquaintance.scout === scout && !signal?.aborted) delete acquaintance.scout;
      break;
    }
    return () => undefined;
  }

  #goFirst(acquaintance: Acquaintance): () => void {
    const { promise: scout, resolve: answered } = Promise.withResolvers<void>();
    acquaintance.scout = scout;
    return () => {
      if (acquaintance.scout === scout) delete acquaintance.scout;
      answered();
    };
  }

  #of(origin: string): Acquaintance {
    const known = this.#origins.get(origin);
    if (known !== undefined) return known;
    const stranger: Acquaintance = {};
    this.#origins.set(origin, stranger);
    return stranger;
  }
}

/** Whether the scout came back in time, and before the caller lost interest; nothing is left behind. */
async function endsWithin(
  milliseconds: number,
  scout: Promise<void>,
  signal: AbortSignal | null | undefined,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = () => resolve(false);
  const timer = setTimeout(stop, milliseconds);
  signal?.addEventListener("abort", stop, { once: true });
  void scout.then(() => resolve(true));
  const inTime = await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", stop);
  return inTime;
}
