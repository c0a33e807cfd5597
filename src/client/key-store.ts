import { type DpopKey, generateKey } from "./key.ts";

/** Where the client's one key lives. A token is bound to it, so it should live as long as tokens do. */
export interface KeyStore {
  /** Whether `keep` must be handed keys that can be exported, since it writes them down. */
  readonly extractable?: boolean;
  /** The kept key; undefined before there is one. */
  read(): Promise<DpopKey | undefined>;
  /**
   * Keeps the key, unless there is another one than `instead` already; answers the one that is
   * kept. Whoever starts at the same time, in another tab or process, then has the same key.
   */
  keep(key: DpopKey, instead?: DpopKey): Promise<DpopKey>;
}

/** For a process's life, or with a key that comes from elsewhere (a secret of CI, a file). */
export function memoryKeyStore(key?: DpopKey): KeyStore {
  let kept = key;
  return {
    read: async () => kept,
    async keep(offered, instead) {
      if (kept === undefined || kept.thumbprint === instead?.thumbprint) kept = offered;
      return kept;
    },
  };
}

/** The client's one key, made when it is first needed. */
export class ClientKey {
  readonly #store: KeyStore;
  readonly #algorithms: readonly string[];
  #key: Promise<DpopKey> | undefined;

  constructor(store: KeyStore, algorithms: readonly string[]) {
    this.#store = store;
    this.#algorithms = algorithms;
  }

  /** Asked many times at once, it is made once; a store that fails is asked again the next time. */
  get(): Promise<DpopKey> {
    this.#key ??= this.#retried(this.#readOrMake());
    return this.#key;
  }

  /** Another key in place of one whose algorithm the server does not take; undefined where we have none. */
  async replace(old: DpopKey, accepted: readonly string[]): Promise<DpopKey | undefined> {
    const current = await this.get();
    if (current.thumbprint !== old.thumbprint) return current;
    const alg = this.#algorithms.find((each) => accepted.includes(each));
    if (alg === undefined) return undefined;
    this.#key = this.#retried(this.#make(alg).then((key) => this.#store.keep(key, old)));
    return this.#key;
  }

  #retried(key: Promise<DpopKey>): Promise<DpopKey> {
    return key.catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
  }

  async #readOrMake(): Promise<DpopKey> {
    const kept = await this.#store.read();
    if (kept !== undefined) return kept;
    return this.#store.keep(await this.#make(this.#algorithms[0]));
  }

  #make(alg: string | undefined): Promise<DpopKey> {
    return generateKey({ alg, extractable: this.#store.extractable });
  }
}
