import type { DpopKey, KeyStore } from "../../src/client/index.ts";

export interface IndexedDbOptions {
  /** The database; "dpop-edge" by default. */
  readonly database?: string;
  /** The key in it, for several clients on one origin; "key" by default. */
  readonly name?: string;
}

const objectStore = "keys";

/**
 * Keeps the key in IndexedDB: it survives reloads and restarts, every tab of the origin has the
 * same one, and no script can read its private part (Web Crypto never exports it).
 */
export function indexedDbKeyStore(options: IndexedDbOptions = {}): KeyStore {
  const { database = "dpop-edge", name = "key" } = options;
  return {
    read: () =>
      inTransaction(database, "readonly", async (keys) => found(await done(keys.get(name)))),
    // Read and write in one transaction: of two tabs that start at once, the second finds a key.
    keep: (key, instead) =>
      inTransaction(database, "readwrite", async (keys) => {
        const kept = found(await done(keys.get(name)));
        if (kept !== undefined && kept.thumbprint !== instead?.thumbprint) return kept;
        await done(keys.put(key, name));
        return key;
      }),
  };
}

async function inTransaction<Result>(
  name: string,
  mode: IDBTransactionMode,
  work: (keys: IDBObjectStore) => Promise<Result>,
): Promise<Result> {
  const database = await open(name);
  try {
    const transaction = database.transaction(objectStore, mode);
    const committed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([work(transaction.objectStore(objectStore)), committed]);
    return result;
  } finally {
    database.close();
  }
}

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(objectStore);
  return done(request);
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
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
