interface Stored {
  readonly payload: Record<string, unknown>;
  readonly until: number;
}

/** What oidc-provider remembers (codes, sessions, grants), in memory, for one issuer. */
export function createIssuerStorage(): (model: string) => IssuerStorage {
  const entries = new Map<string, Stored>();
  return (model) => new IssuerStorage(model, entries);
}

class IssuerStorage {
  readonly #model: string;
  readonly #entries: Map<string, Stored>;

  constructor(model: string, entries: Map<string, Stored>) {
    this.#model = model;
    this.#entries = entries;
  }

  async upsert(id: string, payload: Record<string, unknown>, expiresIn?: number): Promise<void> {
    const until =
      expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
    this.#entries.set(this.#key(id), { payload, until });
  }

  async find(id: string): Promise<Record<string, unknown> | undefined> {
    const stored = this.#entries.get(this.#key(id));
    return stored !== undefined && stored.until > Date.now() ? stored.payload : undefined;
  }

  async findByUid(uid: string): Promise<Record<string, unknown> | undefined> {
    return this.#entriesOfModel().find(({ payload }) => payload.uid === uid)?.payload;
  }

  async findByUserCode(): Promise<undefined> {}

  async consume(id: string): Promise<void> {
    const payload = await this.find(id);
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.#entries.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of this.#entries) {
      if (payload.grantId === grantId) this.#entries.delete(key);
    }
  }

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }

  #entriesOfModel(): Stored[] {
    const prefix = this.#key("");
    return [...this.#entries].filter(([key]) => key.startsWith(prefix)).map(([, stored]) => stored);
  }
}
