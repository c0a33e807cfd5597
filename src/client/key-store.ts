import { settlesWithin } from "../deadline.ts";
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

/**
 * Milliseconds that a call waits for a key that another call is reading or making. On Workers a
 * request that is cancelled takes its promises with it, so none waits for another's for ever.
 */
const longEnough = 5000;

/** The client's one key, made when it is first needed. */
export class ClientKey {
  readonly #store: KeyStore;
  readonly #algorithms: readonly string[];
  #key: DpopKey | undefined;
  #coming: Promise<DpopKey> | undefined;
  /** Made here, and nobody has taken a proof of it yet. */
  #isUnbound = false;

  constructor(store: KeyStore, algorithms: readonly string[]) {
    this.#store = store;
    this.#algorithms = algorithms;
  }

  /** Asked many times at once, it is made once; a store that fails is asked again the next time. */
  async get(): Promise<DpopKey> {
    if (this.#key !== undefined) return this.#key;
    const others = this.#coming;
    if (others !== undefined && (await settlesWithin(longEnough, others))) return others;
    return this.#have(this.#readOrMake());
  }

  /** From now on a token may be bound to it, or a code. */
  bind(): void {
    this.#isUnbound = false;
  }

  /**
   * Another key in place of one whose algorithm the server does not take; undefined where we have
   * none, or where tokens may be bound to this one: a server could end the logins of all others.
   */
  async replace(old: DpopKey, accepted: readonly string[]): Promise<DpopKey | undefined> {
    const current = await this.get();
    if (current.thumbprint !== old.thumbprint) return current;
    const alg = this.#algorithms.find((each) => accepted.includes(each));
    if (alg === undefined || !this.#isUnbound) return undefined;
    this.#key = undefined;
    return this.#have(this.#make(alg).then((key) => this.#store.keep(key, old)));
  }

  async #have(coming: Promise<DpopKey>): Promise<DpopKey> {
    this.#coming = coming;
    try {
      this.#key = await coming;
      return this.#key;
    } finally {
      if (this.#coming === coming) this.#coming = undefined;
    }
  }

  async #readOrMake(): Promise<DpopKey> {
    const kept = await this.#store.read();
    if (kept !== undefined) return kept;
    const made = await this.#make(this.#algorithms[0]);
    const ours = await this.#store.keep(made);
    this.#isUnbound = ours.thumbprint === made.thumbprint;
    return ours;
  }

  #make(alg: string | undefined): Promise<DpopKey> {
    return generateKey({ alg, extractable: this.#store.extractable });
  }
}
