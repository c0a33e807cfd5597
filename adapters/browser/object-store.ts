const objectStore = "keys";

/** One transaction on a database of ours: what it did is there once this has answered. */
export async function inTransaction<Result>(
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

export function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
