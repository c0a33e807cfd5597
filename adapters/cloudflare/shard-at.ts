import { BoundedMap } from "../../src/bounded-map.ts";
import { maxShards, nameOf, type Place, regions } from "../../src/replay/place.ts";
import type { ReplayShard } from "./replay-shard.ts";

export type ShardNamespace = DurableObjectNamespace<ReplayShard>;

/**
 * The object of a place; where it lives is decided by whoever calls it first, here by its region.
 * An id is kept, since it takes two hashes to make; a stub is its request's own on this platform.
 */
export function shardsOf(
  namespace: ShardNamespace,
): (place: Place) => DurableObjectStub<ReplayShard> {
  const ids = new BoundedMap<string, DurableObjectId>(maxShards * regions.length);
  return (place) => {
    const name = nameOf(place);
    const id = ids.get(name) ?? namespace.idFromName(name);
    ids.set(name, id);
    if (place.region === "none") return namespace.get(id);
    return namespace.get(id, { locationHint: place.region });
  };
}
