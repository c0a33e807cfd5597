import { DurableObject } from "cloudflare:workers";
import type { Verdict } from "../../src/runtime.ts";

/** Seconds of iat that share a table; forgetting them is one DROP TABLE. */
const bucketSeconds = 60;
/** Seconds; the longest window that a caller may name. */
const longestWindow = 86_400;
const floorKey = "floor";

/**
 * One shard of the durable replay store: remembers every claim whose iat lies above its floor and
 * accepts nothing at or below it. The floor follows this object's own clock less the window, never
 * falls, and is on disk before anything that it stands for is forgotten.
 */
export class ReplayShard extends DurableObject<unknown> {
  readonly #storage: DurableObjectStorage;
  readonly #buckets: Set<number>;
  #floor: number;

  constructor(context: DurableObjectState, env: unknown) {
    super(context, env);
    this.#storage = context.storage;
    this.#floor = this.#storage.kv.get<number>(floorKey) ?? 0;
    this.#buckets = storedBuckets(this.#storage.sql);
  }

  /**
   * Judges a proof once. Nothing is awaited between the question and the insert, so that of any
   * number of copies exactly one is fresh. `digest` has 32 bytes, `iat` and `window` are whole seconds.
   *
   * Throws TypeError on anything else, whoever calls.
   */
  claim(digest: Uint8Array, iat: number, window: number): Verdict {
    checkClaim(digest, iat, window);
    this.#floor = Math.max(this.#floor, seconds() - window);
    if (iat <= this.#floor) return "stale";
    this.#forget();
    if (this.#remembers(digest)) return "replayed";
    // A window ahead of the clock at most: a far iat would buy its sender a table, without end.
    if (iat > this.#floor + 2 * window) return "stale";
    this.#remember(digest, bucketOf(iat));
    return "fresh";
  }

  /** Forgets when no claim comes to do it. Of the windows in use it knows only the longest allowed. */
  override async alarm(): Promise<void> {
    this.#floor = Math.max(this.#floor, seconds() - longestWindow);
    this.#forget();
    if (this.#buckets.size > 0) await this.#storage.setAlarm(this.#lastAlarm());
  }

  /** RFC 9449 section 11.1: a jti is used up in whatever bucket, for a second proof with it too. */
  #remembers(digest: Uint8Array): boolean {
    return [...this.#buckets].some((bucket) => {
      const found = this.#storage.sql.exec(
        `SELECT 1 FROM ${table(bucket)} WHERE digest = ?`,
        digest,
      );
      return found.toArray().length > 0;
    });
  }

  #remember(digest: Uint8Array, bucket: number): void {
    if (!this.#buckets.has(bucket)) this.#open(bucket);
    this.#storage.sql.exec(`INSERT INTO ${table(bucket)} (digest) VALUES (?)`, digest);
  }

  /** The alarm moves along with each new bucket: one row a bucket, and it rings after the last. */
  #open(bucket: number): void {
    this.#storage.sql.exec(`CREATE TABLE ${table(bucket)} (digest BLOB PRIMARY KEY) WITHOUT ROWID`);
    this.#buckets.add(bucket);
    // Not awaited: no answer leaves this object before its writes are on disk.
    void this.#storage.setAlarm(this.#lastAlarm());
  }

  /** When the newest bucket can be forgotten, whatever the window: milliseconds since the epoch. */
  #lastAlarm(): number {
    return (lastSecond(Math.max(...this.#buckets)) + longestWindow + 1) * 1000;
  }

  #forget(): void {
    const old = [...this.#buckets].filter((bucket) => lastSecond(bucket) <= this.#floor);
    if (old.length === 0) return;
    this.#storage.transactionSync(() => {
      this.#storage.kv.put(floorKey, this.#floor);
      for (const bucket of old) this.#storage.sql.exec(`DROP TABLE ${table(bucket)}`);
    });
    for (const bucket of old) this.#buckets.delete(bucket);
  }
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const bucketOf = (iat: number): number => Math.floor(iat / bucketSeconds);
const lastSecond = (bucket: number): number => (bucket + 1) * bucketSeconds - 1;
const table = (bucket: number): string => `claims_${bucket}`;

function storedBuckets(sql: SqlStorage): Set<number> {
  const tables = sql.exec<{ bucket: string }>(
    "SELECT substr(name, 8) AS bucket FROM sqlite_master WHERE type = 'table' AND name GLOB 'claims_*'",
  );
  return new Set(tables.toArray().map((row) => Number(row.bucket)));
}

/** The object trusts nobody: a window below zero would raise the floor into the future, for good. */
function checkClaim(digest: unknown, iat: unknown, window: unknown): void {
  if (!(digest instanceof Uint8Array) || digest.byteLength !== 32)
    throw new TypeError("claim: the digest must be 32 bytes");
  if (!wholeWithin(iat, 0, Number.MAX_SAFE_INTEGER))
    throw new TypeError("claim: iat must be whole seconds");
  if (!wholeWithin(window, 1, longestWindow))
    throw new TypeError(`claim: the window must be 1 to ${longestWindow} whole seconds`);
}

function wholeWithin(value: unknown, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}
