import { BoundedMap } from "../bounded-map.ts";
import type { KeySource } from "../configuration.ts";
import { settlesWithin } from "../deadline.ts";
import { Refused } from "../decision.ts";
import type { Runtime } from "../runtime.ts";
import type { Secrets } from "../secrets.ts";
import { isWithin } from "../within.ts";
import { place } from "./fetch-json.ts";
import type { KeySet } from "./jwk-set.ts";
import { type Loaded, loadKeys } from "./load-keys.ts";

/** The keys of every issuer, fetched as seldom as possible and never waited for without end. */
export interface KeySets {
  /**
   * The keys in force. @throws Refused keys.unavailable
   */
  current(source: KeySource): Promise<KeySet>;
  /**
   * After nothing in `than` fitted: a newer set where there is one, or `than` itself.
   * @throws Refused keys.unavailable when the issuer did not answer
   */
  newer(source: KeySource, than: KeySet): Promise<KeySet>;
}

/** Milliseconds between two fetches that strangers' tokens, or a dead issuer whose keys are at hand, can cause. */
export const cooldown = 30_000;
/** Milliseconds until a failed fetch is tried again while there are no keys: everybody waits for it ... */
export const firstRetry = 1000;
/** ... and up to so many more, by chance: instances that began together ask apart. */
export const firstRetryJitter = 500;
/** Milliseconds that keys outlive their cache_ttl while the issuer does not answer. */
export const staleLimit = 3_600_000;
/** Milliseconds after its own deadline that a fetch is given up as abandoned. */
const grace = 250;
/** Endpoints; a document names a few. */
const mostSources = 256;

/** One endpoint, whoever asks for it. Times are milliseconds by the runtime's clock. */
interface Entry {
  set?: KeySet;
  fetchedAt: number;
  /** When the last fetch ended, either way. */
  endedAt: number;
  /** Fetches that ended. */
  landings: number;
  /** Why the last fetch failed; absent when it did not. */
  failure?: string;
  /** Until the next fetch, where the last one failed and there are no keys. */
  retry: number;
  flight?: Flight;
}
interface Flight {
  readonly departedAt: number;
  /** Never rejects; what it brought is in the entry. */
  readonly landed: Promise<void>;
}

export function createKeySets(
  runtime: Pick<Runtime, "now" | "fetch" | "random" | "outlive">,
  secrets: Secrets,
): KeySets {
  const entries = new BoundedMap<string, Entry>(mostSources);
  const ids = new WeakMap<KeySource, string>();
  const { now } = runtime;

  return {
    async current(source) {
      const entry = entryOf(source);
      const { set } = entry;
      if (set !== undefined && isWithin(source.cacheTtl * 1000, entry.fetchedAt, now())) return set;
      const atHand = usable(entry, source);
      const wait = atHand ? cooldown : entry.retry;
      const cooling = entry.failure !== undefined && isWithin(wait, entry.endedAt, now());
      // While one request asks the issuer, the others go on with the set that they have.
      if (set !== undefined && atHand && (cooling || inFlight(entry, source))) return set;
      if (!cooling) await refetch(entry, source);
      if (entry.set !== undefined && usable(entry, source)) return entry.set;
      throw unavailable(entry, source, entry.retry);
    },

    async newer(source, than) {
      const entry = entryOf(source);
      if (entry.set === than && !isWithin(cooldown, entry.endedAt, now()))
        await refetch(entry, source);
      if (entry.set === undefined || (entry.set === than && entry.failure !== undefined)) {
        throw unavailable(entry, source, cooldown);
      }
      return entry.set;
    },
  };

  /** Authenticators that share an endpoint share its keys, each by its own cache_ttl. */
  function entryOf(source: KeySource): Entry {
    const id = ids.get(source) ?? idOf(source);
    ids.set(source, id);
    const known = entries.get(id);
    if (known !== undefined) return known;
    const never = Number.NEGATIVE_INFINITY;
    const entry = { fetchedAt: never, endedAt: never, landings: 0, retry: firstRetry };
    entries.set(id, entry);
    return entry;
  }

  function usable(entry: Entry, source: KeySource): boolean {
    return Math.abs(now() - entry.fetchedAt) < source.cacheTtl * 1000 + staleLimit;
  }

  /** A flight older than any can be was its request's, and ended with it. */
  function inFlight(entry: Entry, source: KeySource): boolean {
    return entry.flight !== undefined && isWithin(patience(source), entry.flight.departedAt, now());
  }

  /**
   * Joins the fetch that is under way, or starts one. On Workers a fetch belongs to the request
   * that started it: if that request is cancelled, its promise never settles. So each who waits has
   * a timer of its own, and when it rings takes the place of the lost one, once. At the worst a
   * request waits twice the endpoint's timeout, then goes on with what there is.
   */
  async function refetch(entry: Entry, source: KeySource): Promise<void> {
    const { landings } = entry;
    for (let attempt = 0; attempt < 2 && entry.landings === landings; attempt += 1) {
      const flight =
        entry.flight !== undefined && inFlight(entry, source)
          ? entry.flight
          : depart(entry, source);
      if (await settlesWithin(patience(source), flight.landed)) return;
      if (entry.flight === flight) delete entry.flight;
    }
  }

  function depart(entry: Entry, source: KeySource): Flight {
    const previous = entry.set?.keys ?? [];
    const anew = entry.failure !== undefined;
    const flight: Flight = {
      departedAt: now(),
      landed: loadKeys(runtime.fetch, secrets, source, previous, anew).then((loaded) => {
        // Somebody gave this one up and asked again: the newer answer counts.
        if (entry.flight === flight) land(entry, loaded);
      }),
    };
    entry.flight = flight;
    runtime.outlive?.(flight.landed);
    return flight;
  }

  function land(entry: Entry, loaded: Loaded): void {
    delete entry.flight;
    entry.endedAt = now();
    entry.landings += 1;
    switch (loaded.kind) {
      case "keys":
        entry.set = loaded.set;
        entry.fetchedAt = entry.endedAt;
        delete entry.failure;
        break;
      case "failure":
        entry.failure = loaded.why;
        entry.retry =
          firstRetry + Math.round((firstRetryJitter * (runtime.random(1)[0] ?? 0)) / 255);
    }
  }

  /** RFC 9110 section 10.2.3: when the issuer is asked again, after `wait` since the last time. */
  function unavailable(entry: Entry, source: KeySource, wait: number): Refused {
    const found = entry.failure ?? `${place(source.endpoint.url)} did not answer`;
    const left = isWithin(wait, entry.endedAt, now()) ? entry.endedAt + wait - now() : 0;
    const retryAfter = Math.max(1, Math.ceil(left / 1000));
    return new Refused("keys.unavailable", { expected: "the issuer's keys", found }, retryAfter);
  }
}

/** Whatever a fetch depends on, and nothing else. */
function idOf({ kind, verifyIssuer, endpoint, resolved }: KeySource): string {
  return JSON.stringify([kind, verifyIssuer, endpoint, resolved]);
}

/** Longer than the fetch's own deadline: a fetch that is alive has always ended by then. */
function patience(source: KeySource): number {
  return source.endpoint.timeout * 1000 + grace;
}
