import { BoundedMap } from "../bounded-map.ts";
import type { Claim, ReplayStore, Verdict } from "../runtime.ts";
import { withinDeadline } from "./deadline.ts";
import type { StampedClaim } from "./instance.ts";
import type { ShardAnswer } from "./message.ts";
import {
  decodeRoute,
  encodeRoute,
  maxShards,
  nameOf,
  type Place,
  type Region,
  regions,
  shardOf,
  unnamedPlace,
  unnamedShards,
} from "./place.ts";
import type { Stamp } from "./stamp.ts";
import { WaitingLine } from "./waiting-line.ts";

export interface ShardedReplayOptions {
  readonly mode: "durable" | "generation";
  /** Durable mode: among so many shards the nonces that are minted are spread, by key. */
  readonly shards: number;
  /**
   * Generation mode: the shard, of each region, that the nonces minted here name. One for an
   * isolate, at random below `shards`: isolates spread, and the claims of one ride together.
   */
  readonly home: number;
  /** Where the isolate's clients are, at this moment; none: regions are off. */
  readonly region: () => Region;
  /** One message to a shard; without claims only to hear from it. */
  readonly ask: (place: Place, claims: readonly StampedClaim[]) => Promise<ShardAnswer>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds until a shard that does not answer counts as failed. */
  readonly deadline?: number;
  /** Messages to one shard under way at once; claims beyond wait and go together. A message costs more than a signature. */
  readonly limit?: number;
}

interface Heard {
  readonly place: Place;
  readonly stamp: Stamp;
  readonly at: number;
}

/** Milliseconds for which a shard that answered may be taken to live: a challenge relies on it. */
const justHeard = 1000;
/** With a success, or for who has proven nothing, an older word will do: no message is worth it. */
const heardLately = 30_000;
/** A shard that has ended answers without a stamp until its successor begins. */
const hearings = 5;
const pause = 50;

/**
 * The replay store over shards, each of which judges alone. Which one judges is a function of the
 * proof alone: the one that its nonce names, however old, or the hash of its key over a fixed
 * number of shards. The mode says only where what is fresh is remembered: two Workers with two
 * modes, shard counts or regions ask the same shard about the same proof.
 */
export function createShardedReplay(options: ShardedReplayOptions): ReplayStore {
  const { mode, shards, home, region, ask, now, deadline = 5000, limit = 2 } = options;
  const lines = new BoundedMap<string, WaitingLine<StampedClaim | undefined, Answer>>(
    maxShards * regions.length,
  );
  const heard = new BoundedMap<string, Heard>(maxShards * regions.length);
  let latest: Heard | undefined;

  type Answer = Verdict | "full" | "heard";

  function lineTo(place: Place): WaitingLine<StampedClaim | undefined, Answer> {
    const name = nameOf(place);
    const known = lines.get(name);
    if (known !== undefined) return known;
    const line = new WaitingLine<StampedClaim | undefined, Answer>({
      limit,
      deadline,
      now,
      async send(questions) {
        const claims = questions.filter((question) => question !== undefined);
        const { judgements, stamp } = await withinDeadline(deadline, ask(place, claims));
        hear(name, place, stamp);
        const told = [...judgements];
        return questions.flatMap((question) =>
          question === undefined ? "heard" : told.splice(0, 1),
        );
      },
    });
    lines.set(name, line);
    return line;
  }

  function hear(name: string, place: Place, stamp: Stamp | undefined): void {
    if (stamp === undefined) {
      heard.delete(name);
      return;
    }
    latest = { place, stamp, at: now() };
    heard.set(name, latest);
  }

  const within = (age: number, word: Heard | undefined): Heard | undefined =>
    word !== undefined && now() - word.at <= age ? word : undefined;

  /** A shard's living instance, asked unless it has just been heard from. */
  async function living(place: Place): Promise<Heard> {
    for (let hearing = 0; hearing < hearings; hearing += 1) {
      const known = within(justHeard, heard.get(nameOf(place)));
      if (known !== undefined) return known;
      if (hearing > 0) await paused();
      await lineTo(place)
        .ask(undefined)
        .catch((fault: unknown) => {
          if (hearing + 1 === hearings) throw fault;
        });
    }
    throw new Error("the replay shard has no living instance");
  }

  /** Where durable shards need no generation, a nonce says at most which of them it is. */
  function plain(jkt: string): Uint8Array<ArrayBuffer> {
    if (shards === unnamedShards) return new Uint8Array(0);
    return encodeRoute({ place: { region: "none", shard: shardOf(jkt, shards) } });
  }

  function placeFor(jkt: string): Place {
    return mode === "durable"
      ? { region: "none", shard: shardOf(jkt, shards) }
      : { region: region(), shard: home };
  }

  return {
    async claim({ digest, iat, jkt, route }: Claim): Promise<Verdict> {
      const named = route.length === 0 ? { place: unnamedPlace(jkt) } : decodeRoute(route);
      if (named === undefined) return "elsewhere";
      const stamp = "stamp" in named && named.stamp ? named.stamp : new Uint8Array(0);
      const answer = await lineTo(named.place).ask({ digest, iat, stamp });
      if (answer === "full" || answer === "heard")
        throw new Error("the replay shard holds its limit of claims");
      return answer;
    },

    judge({ jkt, route }) {
      const { place } = decodeRoute(route) ?? { place: unnamedPlace(jkt) };
      return { mode, shard: nameOf(place) };
    },

    async nonceRoute(jkt, accepted) {
      if (jkt === undefined)
        return mode === "durable" ? new Uint8Array(0) : routeTo(within(heardLately, latest));
      const place = placeFor(jkt);
      if (accepted === undefined) {
        // A durable shard that was heard from has generations of its own: it can refuse a proof
        // whose nonce names none.
        const needed = mode === "generation" || heard.get(nameOf(place)) !== undefined;
        return needed ? routeTo(await living(place)) : plain(jkt);
      }
      const judged = accepted.length === 0 ? { place: unnamedPlace(jkt) } : decodeRoute(accepted);
      const known =
        within(heardLately, heard.get(nameOf(place))) ??
        (judged && within(heardLately, heard.get(nameOf(judged.place))));
      if (known !== undefined) return routeTo(known);
      if (mode === "durable") return plain(jkt);
      return judged !== undefined && "stamp" in judged ? accepted : undefined;
    },
  };
}

function paused(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, pause);
  return promise;
}

function routeTo(heard: Heard | undefined): Uint8Array<ArrayBuffer> | undefined {
  return heard && encodeRoute(heard);
}
