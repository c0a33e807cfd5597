import type { Authenticator, Configuration } from "./configuration.ts";
import { settlesWithin } from "./deadline.ts";
import { Fault, Refused } from "./decision.ts";
import type { Reply } from "./forward/reply.ts";
import type { Kit, RevocationCode } from "./mechanisms.ts";
import type { EdgeRequest, Runtime } from "./runtime.ts";
import { equalTexts } from "./secrets/equal-texts.ts";
import { keyIds } from "./secrets/key-ids.ts";
import { secretFaults } from "./secrets/usable.ts";
import { createKeySets } from "./token/jwks.ts";
import { isWithin } from "./within.ts";

export interface HealthSurroundings {
  readonly configuration: Configuration;
  readonly runtime: Runtime;
  readonly revocation?: RevocationCode | undefined;
}

export type HealthCode = (
  kit: Kit,
  surroundings: HealthSurroundings,
) => (request: EdgeRequest) => Promise<Reply>;

type Check = readonly [name: string, run: () => Promise<unknown>];
type Outcome = readonly [name: string, state: string];

/** Milliseconds that an answer is given again: strangers who ask the public page must load no store. */
const kept = 10_000;
/** Milliseconds until an asking is given up: every call of a check has a deadline of its own below it. */
const patience = 15_000;

/**
 * Whether requests can be served from here: every secret reads, every issuer's keys are there, the
 * replay store judges, the list of revocations is fresh. One asking at a time, at most every ten
 * seconds, whoever wants to know; each is one claim of a random proof. Who may ask is told what is
 * wrong; with `access: public` only whether.
 */
export const health: HealthCode = (kit, { configuration, runtime, revocation }) => {
  const { rules, defaultRule, documents } = configuration;
  const access = configuration.health?.access ?? "public";
  const keySets = createKeySets(runtime, kit.secrets);
  const all = defaultRule ? [...rules, defaultRule] : rules;
  const authenticators = new Map(
    all.flatMap((rule) => rule.authenticators).map((each) => [each.id, each]),
  );
  const checks: readonly Check[] = [
    ["secrets", secretsRead],
    ...[...authenticators.values()].flatMap((each) => keysOf(each)),
    ["replay store", () => judge(runtime)],
    ...(revocation ? [["revocation list", () => listed(revocation)] satisfies Check] : []),
  ];

  function keysOf(authenticator: Authenticator): Check[] {
    if (authenticator.type !== "jwt") return [];
    return [[`keys ${authenticator.id}`, () => keySets.current(authenticator.keys)]];
  }

  async function secretsRead(): Promise<void> {
    const faults = await secretFaults(configuration, kit);
    if (faults.length > 0) throw new Fault(faults.join(" "));
  }

  async function mayAsk({ headers }: EdgeRequest): Promise<boolean> {
    if (access === "public") return true;
    const [, sent] = /^bearer +(\S+)$/i.exec(headers.get("Authorization") ?? "") ?? [];
    return sent !== undefined && (await equalTexts(sent, await kit.secrets.text(access)));
  }

  /** Ids of keys are no secret, and by them `dpop-edge rotate` sees which keys are in force. */
  async function detailsOf(results: readonly Outcome[]) {
    const keys = await keyIds(configuration, kit.secrets);
    return { checks: Object.fromEntries(results), documents, keys };
  }

  const latest = seldom(runtime, () => Promise.all(checks.map(outcome)));

  return async (request) => {
    const headers = new Headers({
      "Cache-Control": "no-store",
      "Content-Type": "application/json",
    });
    if (request.method !== "GET" && request.method !== "HEAD") {
      headers.set("Allow", "GET, HEAD");
      return { status: 405, headers };
    }
    if (!(await mayAsk(request))) {
      headers.set("WWW-Authenticate", "Bearer");
      return { status: 401, headers };
    }
    const results = await latest();
    const healthy = results.every(([, state]) => state === "ok");
    const status = healthy ? 200 : 503;
    if (request.method === "HEAD") return { status, headers };
    const details = access === "public" ? {} : await detailsOf(results);
    return { status, headers, body: JSON.stringify({ healthy, ...details }) };
  };
};

/** What `ask` found last, or finds now; on Workers an asking may be lost with the request that began it. */
function seldom(
  { now, outlive }: Pick<Runtime, "now" | "outlive">,
  ask: () => Promise<readonly Outcome[]>,
): () => Promise<readonly Outcome[]> {
  let found: { readonly at: number; readonly results: readonly Outcome[] } | undefined;
  let flight: { readonly at: number; readonly landed: Promise<void> } | undefined;

  function depart() {
    const departed = { at: now(), landed: ask().then(land) };
    function land(results: readonly Outcome[]): void {
      found = { at: now(), results };
      if (flight === departed) flight = undefined;
    }
    outlive?.(departed.landed);
    return departed;
  }

  return async () => {
    if (found !== undefined && isWithin(kept, found.at, now())) return found.results;
    if (flight === undefined || !isWithin(patience, flight.at, now())) flight = depart();
    const { landed } = flight;
    return (await settlesWithin(patience, landed)) && found !== undefined
      ? found.results
      : [["health", "there was no answer in time"]];
  };
}

/** A Fault's and a refusal's words are ours, and hold nothing secret. */
async function outcome([name, run]: Check): Promise<Outcome> {
  try {
    await run();
    return [name, "ok"];
  } catch (thrown) {
    if (thrown instanceof Fault) return [name, thrown.message];
    return [name, (thrown instanceof Refused && thrown.detail.found) || "it does not answer"];
  }
}

/** A list that is missing is told, although requests may pass without one. */
async function listed(revocation: RevocationCode): Promise<void> {
  const fault = await revocation.fault();
  if (fault !== "") throw new Fault(fault);
}

/** Any verdict will do: the store has answered. */
async function judge({ replay, random, now }: Runtime): Promise<void> {
  const jkt = "health";
  const route = (await replay.nonceRoute?.(jkt)) ?? new Uint8Array(0);
  await replay.claim({ digest: random(32), iat: Math.floor(now() / 1000), jkt, route });
}
