import type { Verdict } from "../../src/runtime.ts";

/** Seconds of iat that share a table; forgetting them is one DROP TABLE. */
const bucketSeconds = 60;
const floorKey = "floor";

/**
 * The claims that a shard remembers on disk: every one whose iat lies above the floor. The floor
 * never falls, and is on disk before anything that it stands for is forgotten.
 */
export class ClaimTables {
  readonly #storage: DurableObjectStorage;
  readonly #buckets: Set<number>;
  #floor: number;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#floor = storage.kv.get<number>(floorKey) ?? 0;
    this.#buckets = storedBuckets(storage.sql);
  }

  get isEmpty(): boolean {
    return this.#buckets.size === 0;
  }

  /** What these tables can say against a claim; undefined: nothing. */
  against(digest: Uint8Array, iat: number, window: number): Verdict | undefined {
    if (iat <= this.#floor) return "stale";
    if (this.#remembers(digest)) return "replayed";
    // A window ahead of the clock at most: a far iat would buy its sender a table, without end.
    return iat > this.#floor + 2 * window ? "stale" : undefined;
  }

  /** RFC 9449 section 11.1: a jti is used up in whatever bucket, for a second proof with it too. */
  #remembers(digest: Uint8Array): boolean {
    for (const bucket of this.#buckets) {
      const found = this.#storage.sql.exec(
        `SELECT 1 FROM ${table(bucket)} WHERE digest = ?`,
        digest,
      );
      if (!found.next().done) return true;
    }
    return false;
  }

  /** True: the claim opened a new table, so the newest one ends later now. */
  remember(digest: Uint8Array, iat: number): boolean {
    const bucket = Math.floor(iat / bucketSeconds);
    const opened = !this.#buckets.has(bucket);
    if (opened) {
      this.#storage.sql.exec(
        `CREATE TABLE ${table(bucket)} (digest BLOB PRIMARY KEY) WITHOUT ROWID`,
      );
      this.#buckets.add(bucket);
    }
    this.#storage.sql.exec(`INSERT INTO ${table(bucket)} (digest) VALUES (?)`, digest);
    return opened;
  }

  /** The last iat, in seconds, that the newest table may hold. */
  get lastSecond(): number {
    return lastSecond(Math.max(...this.#buckets));
  }

  /** Raises the floor, and forgets the tables that lie wholly at or below it. */
  forget(floor: number): void {
    this.#floor = Math.max(this.#floor, floor);
    if (this.isEmpty) return;
    const old = [...this.#buckets].filter((bucket) => lastSecond(bucket) <= this.#floor);
    if (old.length === 0) return;
    this.#storage.transactionSync(() => {
      this.#storage.kv.put(floorKey, this.#floor);
      for (const bucket of old) this.#storage.sql.exec(`DROP TABLE ${table(bucket)}`);
    });
    for (const bucket of old) this.#buckets.delete(bucket);
  }
}

const lastSecond = (bucket: number): number => (bucket + 1) * bucketSeconds - 1;
const table = (bucket: number): string => `claims_${bucket}`;

function storedBuckets(sql: SqlStorage): Set<number> {
  const tables = sql.exec<{ bucket: string }>(
    "SELECT substr(name, 8) AS bucket FROM sqlite_master WHERE type = 'table' AND name GLOB 'claims_*'",
  );
  return new Set(tables.toArray().map((row) => Number(row.bucket)));
}
