import type { RevocationStore } from "../../src/runtime.ts";
import type { RevocationList } from "./revocation-list.ts";

export type RevocationNamespace = DurableObjectNamespace<RevocationList>;

/** The one object that holds the list of a Worker. */
export function createDurableRevocations(
  namespace: RevocationNamespace,
): Required<RevocationStore> {
  const list = () => namespace.get(namespace.idFromName("list"));
  return {
    read: async (known) => await list().read(known),
    change: async (change) => await list().change(change),
  };
}
