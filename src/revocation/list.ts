import type { RevocationSettings } from "../configuration.ts";
import { settlesWithin } from "../deadline.ts";
import { Refused } from "../decision.ts";
import type { RevocationAnswer, RevocationStore, Runtime } from "../runtime.ts";
import { isWithin } from "../within.ts";
import { formOf, isRevocationId, mostRevocations } from "./entry.ts";

/** The list as an isolate holds it. */
export interface HeldList {
  readonly version: string;
  /** Seconds since the epoch until which an id is shut out; what is over stays, and matches nobody. */
  readonly until: ReadonlyMap<string, number>;
  /** Which kinds and forms of ids there are. */
  readonly forms: ReadonlySet<string>;
  /** Entries that match nobody, since their ids are none. */
  readonly strange: number;
  /** When it was asked for: whatever came into it later may be missing. */
  readonly askedAt: number;
}

export interface RevocationLists {
  /** A list that is young enough. @throws Refused revocation.unavailable */
  current(): Promise<HeldList>;
  /** The list has changed: it is asked for again before it is used. */
  forget(): void;
}

/** Milliseconds until a store that has not answered counts as failed. */
const patience = 2500;
/** Milliseconds that one which has just failed is waited for where requests pass without a list. */
const briefly = 250;
const late = `no answer within ${patience} ms`;
/** Milliseconds between two questions to a store that fails. */
const retry = 1000;

/** A question to the store. Times are milliseconds by the runtime's clock. */
interface Flight {
  readonly askedAt: number;
  /** Never rejects. */
  readonly landed: Promise<void>;
}
interface Failure {
  readonly why: string;
  readonly askedAt: number;
}

/**
 * Keeps the list in memory, one question to the store under way at a time. It is asked again once
 * the list has lived half of what it may: traffic does not wait for it, and one lost answer makes
 * nothing fail. Ages count from the question, so that a slow or frozen answer is not taken for a
 * young one; a clock that fell back makes the list one to be asked for.
 */
export function createRevocationLists(
  { staleness, onFailure }: Pick<RevocationSettings, "staleness" | "onFailure">,
  store: RevocationStore,
  { now, outlive }: Pick<Runtime, "now" | "outlive">,
): RevocationLists {
  const bound = staleness * 1000;
  let held: HeldList | undefined;
  let failure: Failure | undefined;
  let flight: Flight | undefined;

  /**
   * The question under way, or a new one; undefined while a store that failed is left alone. One
   * older than any can be ended with its request, or was frozen with its process: nobody knows more.
   */
  function asking(): Flight | undefined {
    if (flight !== undefined && isWithin(patience, flight.askedAt, now())) return flight;
    if (failure !== undefined && isWithin(retry, failure.askedAt, now())) return undefined;
    const before = held;
    const answer = read(before?.version);
    const asked: Flight = {
      askedAt: now(),
      landed: answer
        .then((list) => land(asked, list, before))
        .catch((thrown) => fail(asked, reason(thrown))),
    };
    flight = asked;
    outlive?.(asked.landed);
    return asked;
  }

  // Async: a store that throws at once fails as any other.
  async function read(known: string | undefined): Promise<RevocationAnswer> {
    return await store.read(known);
  }

  /** What was given up, or overtaken by a change, does not count. */
  function land(asked: Flight, answer: RevocationAnswer, before: HeldList | undefined): void {
    if (flight !== asked) return;
    held = heldList(answer, before, asked.askedAt);
    failure = undefined;
    flight = undefined;
  }

  function fail(asked: Flight, why: string): void {
    if (flight !== asked) return;
    failure = { why, askedAt: asked.askedAt };
    flight = undefined;
  }

  /** Waits with a timer of its own: an answer that belongs to a cancelled request never comes. */
  async function answered(asked: Flight): Promise<void> {
    const left = Math.min(patience, Math.max(0, asked.askedAt + patience - now()));
    const brief = isBrief();
    if (await settlesWithin(brief ? Math.min(briefly, left) : left, asked.landed)) return;
    if (!brief) fail(asked, late);
  }

  /** Where it passes without a list, a store that hangs holds up one request in that time. */
  function isBrief(): boolean {
    if (onFailure === "refuse" || failure === undefined) return false;
    if (isWithin(bound, failure.askedAt, now())) return true;
    failure = { ...failure, askedAt: now() };
    return false;
  }

  function usable(): HeldList | undefined {
    return held !== undefined && isWithin(bound, held.askedAt, now()) ? held : undefined;
  }

  return {
    async current() {
      const list = usable();
      if (list !== undefined) {
        if (!isWithin(bound / 2, list.askedAt, now())) asking();
        return list;
      }
      // Once more where the answer was overtaken by a change, or the clock stepped.
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const asked = asking();
        if (asked === undefined) break;
        await answered(asked);
        const fresh = usable();
        if (fresh !== undefined) return fresh;
        if (failure !== undefined) break;
      }
      throw new Refused("revocation.unavailable", {
        expected: `a list that is at most ${staleness} s old`,
        found: failure?.why ?? "a list that came too late",
      });
    },

    forget() {
      held = undefined;
      flight = undefined;
    },
  };
}

/** Throws where the answer is no list that can be held. */
function heldList(
  { version, entries }: RevocationAnswer,
  before: HeldList | undefined,
  askedAt: number,
): HeldList {
  if (entries === undefined) {
    if (before?.version === version) return { ...before, askedAt };
    throw new Error("an unknown version without its list");
  }
  // Cut short, it would let pass whom it no longer names.
  if (entries.length > mostRevocations) {
    throw new Error(`${entries.length} entries, and at most ${mostRevocations} are held`);
  }
  const named = entries.filter(({ id }) => isRevocationId(id));
  return {
    version,
    until: new Map(named.map(({ id, until }) => [id, until])),
    forms: new Set(named.map(({ id }) => formOf(id))),
    strange: entries.length - named.length,
    askedAt,
  };
}

function reason(thrown: unknown): string {
  return thrown instanceof Error ? String(thrown) : "no error object";
}
