import type { SecretReference } from "../configuration.ts";
import type { Reply } from "../forward/reply.ts";
import { isJsonObject, type JsonValue, parseJson } from "../jws/json.ts";
import type { Kit } from "../mechanisms.ts";
import type { EdgeRequest, Revocation, RevocationChange, RevocationStore } from "../runtime.ts";
import { equalTexts } from "../secrets/equal-texts.ts";
import { checkAccess } from "../secrets/usable.ts";
import { isRevocationId, mayEnd, mostRevocations } from "./entry.ts";
import type { RevocationLists } from "./list.ts";

export interface RevocationsPage {
  readonly access: SecretReference;
  readonly lists: Pick<RevocationLists, "forget">;
  readonly store: RevocationStore;
  readonly kit: Pick<Kit, "runtime" | "secrets">;
}

/** Bytes of a change. */
const longest = 65_536;
const usage = 'Send {"revoke": [{"id", "until"}], "lift": [id]} as dpop-edge revoke makes it.';

/**
 * GET tells the list, POST changes it where it is written here: {"revoke": [{"id", "until"}], "lift": [id]}. Only for who
 * sends the secret as a Bearer token. Without it nothing is read, not even the body.
 */
export function revocationsPage({ access, lists, store, kit }: RevocationsPage) {
  async function mayAsk({ headers }: EdgeRequest): Promise<boolean> {
    const secret = await kit.secrets.text(access);
    checkAccess(secret);
    const [, sent] = /^bearer +(\S+)$/i.exec(headers.get("Authorization") ?? "") ?? [];
    return sent !== undefined && (await equalTexts(sent, secret));
  }

  async function told(): Promise<Reply> {
    const now = kit.runtime.now() / 1000;
    const { entries = [] } = await store.read();
    return reply(200, { entries: entries.filter(({ until }) => until > now) });
  }

  async function changed(request: EdgeRequest): Promise<Reply> {
    const body = await request.body?.(longest);
    const change = body && changeOf(parsed(body), kit.runtime.now() / 1000);
    if (change === undefined) return reply(400, { error: usage });
    const outcome = await store.change?.(change);
    lists.forget();
    if (outcome === "full")
      return reply(409, { error: `The list holds ${mostRevocations} entries at most.` });
    return reply(200, { revoked: change.revoke.length, lifted: change.lift.length });
  }

  return async (request: EdgeRequest): Promise<Reply> => {
    if (!(await mayAsk(request))) return reply(401, undefined, { "WWW-Authenticate": "Bearer" });
    try {
      if (request.method === "GET") return await told();
      if (request.method === "POST" && store.change) return await changed(request);
      return reply(405, undefined, { Allow: "GET, POST" });
    } catch {
      return reply(503, { error: "The list does not answer." });
    }
  };
}

function reply(status: number, body?: object, more: Readonly<Record<string, string>> = {}): Reply {
  const headers = new Headers({
    "Cache-Control": "no-store",
    "Content-Type": "application/json",
    ...more,
  });
  return body === undefined ? { status, headers } : { status, headers, body: JSON.stringify(body) };
}

function parsed(bytes: Uint8Array): JsonValue | undefined {
  return parseJson(new TextDecoder().decode(bytes));
}

/** Undefined where anything is wrong with it: all of it is done, or nothing. */
function changeOf(value: JsonValue | undefined, now: number): RevocationChange | undefined {
  if (!isJsonObject(value)) return undefined;
  const { revoke = [], lift = [], ...others } = value;
  if (Object.keys(others).length > 0 || !Array.isArray(revoke) || !Array.isArray(lift))
    return undefined;
  const entries = revoke.flatMap((entry) => entryOf(entry, now));
  const ids = lift.filter(isRevocationId);
  const whole = entries.length === revoke.length && ids.length === lift.length;
  return whole && entries.length + ids.length > 0 ? { revoke: entries, lift: ids } : undefined;
}

function entryOf(value: JsonValue, now: number): Revocation[] {
  if (!isJsonObject(value)) return [];
  const { id, until, ...others } = value;
  if (!isRevocationId(id) || typeof until !== "number" || Object.keys(others).length > 0) return [];
  return mayEnd({ id, until }, now) ? [{ id, until }] : [];
}
