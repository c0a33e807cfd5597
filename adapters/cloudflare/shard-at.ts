import { nameOf, type Place } from "../../src/replay/place.ts";
import type { ReplayShard } from "./replay-shard.ts";

export type ShardNamespace = DurableObjectNamespace<ReplayShard>;

/** The object of a place; where it lives is decided by whoever calls it first, here by its region. */
export function shardAt(namespace: ShardNamespace, place: Place): DurableObjectStub<ReplayShard> {
  const id = namespace.idFromName(nameOf(place));
  if (place.region === "none") return namespace.get(id);
  return namespace.get(id, { locationHint: place.region });
}
