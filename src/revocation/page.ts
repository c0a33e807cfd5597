import type { SecretReference } from "../configuration.ts";
import type { Reply } from "../forward/reply.ts";
import { isJsonObject, type JsonValue, parseJson } from "../jws/json.ts";
import type { Kit } from "../mechanisms.ts";
import type { EdgeRequest, Revocation, RevocationChange, RevocationStore } from "../runtime.ts";
import { equalTexts } from "../secrets/equal-texts.ts";
import { checkAccess } from "../secrets/usable.ts";
import { isRevocationId, mostRevocations, untilProblem } from "./entry.ts";
import type { RevocationLists } from "./list.ts";

export interface RevocationsPage {
  readonly access: SecretReference;
  readonly lists: Pick<RevocationLists, "forget">;
  readonly store: RevocationStore;
  readonly kit: Pick<Kit, "runtime" | "secrets">;
}

/** Bytes of a change. */
const longest = 65_536;

/**
 * GET tells the list, POST changes it: {"revoke": [{"id", "until"}], "lift": [id]}. Only for who
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
    if (store.change === undefined)
      return reply(409, { error: "This list is not written over HTTP." });
    const body = await request.body?.(longest);
    if (body === undefined)
      return reply(413, { error: `A change has a body of ${longest / 1024} KiB at most.` });
    const change = changeOf(parsed(body), kit.runtime.now() / 1000);
    if (typeof change === "string") return reply(400, { error: change });
    const outcome = await store.change(change);
    lists.forget();
    if (outcome === "full")
      return reply(409, { error: `The list is full: it holds ${mostRevocations} entries.` });
    return reply(200, { revoked: change.revoke.length, lifted: change.lift.length });
  }

  return async (request: EdgeRequest): Promise<Reply> => {
    if (!(await mayAsk(request))) return reply(401, undefined, { "WWW-Authenticate": "Bearer" });
    try {
      if (request.method === "GET") return await told();
      if (request.method === "POST") return await changed(request);
      return reply(405, undefined, { Allow: "GET, POST" });
    } catch {
      return reply(503, {
        error: "The list does not answer; nothing may be known to have changed.",
      });
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

/** Or what is wrong with it. All of it is right, or nothing of it is done. */
function changeOf(value: JsonValue | undefined, now: number): RevocationChange | string {
  if (!isJsonObject(value)) return 'Send {"revoke": [{"id", "until"}], "lift": [id]}, as JSON.';
  const { revoke = [], lift = [], ...others } = value;
  if (Object.keys(others).length > 0 || !Array.isArray(revoke) || !Array.isArray(lift))
    return 'Only "revoke" and "lift" are known, and both are lists.';
  if (revoke.length + lift.length === 0) return "There is nothing to revoke or to lift.";
  const entries = revoke.map((entry) => entryOf(entry, now));
  const problem = entries.find((entry) => typeof entry === "string");
  if (problem !== undefined) return problem;
  const ids = lift.filter(isRevocationId);
  if (ids.length < lift.length) return noId;
  return { revoke: entries.filter((entry) => typeof entry !== "string"), lift: ids };
}

const noId = "An id is what dpop-edge revoke makes: jkt, jti or sub, how it was hashed, the hash.";

function entryOf(value: JsonValue, now: number): Revocation | string {
  if (!isJsonObject(value)) return noId;
  const { id, until, ...others } = value;
  if (!isRevocationId(id) || Object.keys(others).length > 0) return noId;
  if (typeof until !== "number") return "until must be whole seconds since 1970";
  return untilProblem({ id, until }, now) ?? { id, until };
}
