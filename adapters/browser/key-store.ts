import { DpopError, type DpopKey, type KeyStore } from "../../src/client/index.ts";
import { settlesWithin } from "../../src/deadline.ts";
import { done, inTransaction } from "./object-store.ts";

export interface IndexedDbOptions {
  /** The database; "dpop-edge" by default. */
  readonly database?: string;
  /** The key in it, for several clients on one origin; "key" by default. */
  readonly name?: string;
  /**
   * Where the key lives when IndexedDB cannot keep it, `memoryKeyStore()` for instance; without
   * one that is a DpopError, `key.store`.
   */
  readonly fallback?: KeyStore;
  /** Milliseconds that the database may take; 5000 by default. */
  readonly deadline?: number;
}

/**
 * Keeps the key in IndexedDB: it survives reloads and restarts, every tab of the origin has the
 * same one, and no script can read its private part (Web Crypto never exports it). Some browsers
 * refuse keys there, or the database, in private windows: see `fallback`.
 */
export function indexedDbKeyStore(options: IndexedDbOptions = {}): KeyStore {
  const { database = "dpop-edge", name = "key", fallback, deadline = 5000 } = options;
  let failed = false;

  /** Once it has failed it stays with the fallback: a session whose keys are in two places loses its tokens. */
  async function kept<Result>(
    work: () => Promise<Result>,
    otherwise: (store: KeyStore) => Promise<Result>,
  ): Promise<Result> {
    if (failed && fallback !== undefined) return await otherwise(fallback);
    try {
      const working = work();
      if (!(await settlesWithin(deadline, working))) throw new Error("no answer in time");
      return await working;
    } catch (cause) {
      failed = true;
      if (fallback !== undefined) return await otherwise(fallback);
      throw unusable(database, cause);
    }
  }

  return {
    read: () =>
      kept(
        () =>
          inTransaction(database, "readonly", async (keys) => found(await done(keys.get(name)))),
        (store) => store.read(),
      ),
    // Read and write in one transaction: of two tabs that start at once, the second finds a key.
    keep: (key, instead) =>
      kept(
        () =>
          inTransaction(database, "readwrite", async (keys) => {
            const before = found(await done(keys.get(name)));
            if (before !== undefined && before.thumbprint !== instead?.thumbprint) return before;
            await done(keys.put(key, name));
            return key;
          }),
        (store) => store.keep(key, instead),
      ),
  };
}

function unusable(database: string, cause: unknown): DpopError {
  const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : "no reason was given";
  return new DpopError(
    "key.store",
    `IndexedDB cannot keep the key in the database ${database} (${why}). Close other tabs of this site, ` +
      "leave the private window, or give indexedDbKeyStore a fallback, such as memoryKeyStore(): the key then " +
      "lives as long as the page, and so do tokens that are bound to it.",
    { cause },
  );
}

/** What another version, or another library, has left under this name is no key. */
function found(value: unknown): DpopKey | undefined {
  return isKey(value) ? value : undefined;
}

function isKey(value: unknown): value is DpopKey {
  return (
    typeof value === "object" &&
    value !== null &&
    "privateKey" in value &&
    value.privateKey instanceof CryptoKey &&
    "alg" in value &&
    typeof value.alg === "string" &&
    "thumbprint" in value &&
    typeof value.thumbprint === "string" &&
    "publicJwk" in value &&
    typeof value.publicJwk === "object"
  );
}
