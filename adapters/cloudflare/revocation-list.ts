import { DurableObject } from "cloudflare:workers";
import { isRevocationId, keptBeyond, mostRevocations } from "../../src/revocation/entry.ts";
import type { Revocation, RevocationAnswer, RevocationChange } from "../../src/runtime.ts";

const versionKey = "version";
/** Before the first change. */
const neverChanged = "none";

/** The list of revocations of a whole Worker: one object, whose rows are on disk before it answers. */
export class RevocationList extends DurableObject<unknown> {
  readonly #storage: DurableObjectStorage;

  constructor(context: DurableObjectState, env: unknown) {
    super(context, env);
    this.#storage = context.storage;
    this.#storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS revocations (id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID",
    );
  }

  /** The whole list, or its version alone where `known` is that version still. */
  read(known?: string): RevocationAnswer {
    const version = this.#storage.kv.get<string>(versionKey) ?? neverChanged;
    if (known === version) return { version };
    const rows = this.#storage.sql.exec<{ id: string; until: number }>(
      "SELECT id, until FROM revocations",
    );
    return { version, entries: rows.toArray() };
  }

  /** All of it or nothing. Throws TypeError on what is no change, whoever calls. */
  change({ revoke, lift }: RevocationChange): "changed" | "full" {
    checkChange(revoke, lift);
    const { sql, kv } = this.#storage;
    const over = Math.floor(Date.now() / 1000) - keptBeyond;
    const rows = sql.exec<{ id: string }>("SELECT id FROM revocations WHERE until > ?", over);
    const held = new Set(rows.toArray().map(({ id }) => id));
    for (const id of lift) held.delete(id);
    for (const { id } of revoke) held.add(id);
    if (held.size > mostRevocations) return "full";
    this.#storage.transactionSync(() => {
      sql.exec("DELETE FROM revocations WHERE until <= ?", over);
      for (const id of lift) sql.exec("DELETE FROM revocations WHERE id = ?", id);
      for (const { id, until } of revoke)
        sql.exec("INSERT OR REPLACE INTO revocations (id, until) VALUES (?, ?)", id, until);
      // By chance: a disk that was set back must not count up to a version that is known elsewhere.
      kv.put(versionKey, crypto.randomUUID());
    });
    return "changed";
  }
}

/** The object trusts nobody. */
function checkChange(revoke: unknown, lift: unknown): void {
  const known = Array.isArray(lift) && lift.every(isRevocationId);
  if (known && Array.isArray(revoke) && revoke.every(isRevocation)) return;
  throw new TypeError("change: revoke, lift");
}

function isRevocation(entry: unknown): entry is Revocation {
  if (typeof entry !== "object" || entry === null) return false;
  const { id, until }: { id?: unknown; until?: unknown } = entry;
  return isRevocationId(id) && Number.isSafeInteger(until) && Number(until) > 0;
}
