import type { TokenStore } from "../../src/client/index.ts";
import { isGrant } from "../../src/client/oauth/token-store.ts";
import { done, inTransaction } from "./object-store.ts";

/**
 * Keeps grants in IndexedDB, each under its server's URL; tabs renew one one after the other. Any
 * script of the page can read them: what makes them worthless elsewhere is the key, see
 * `indexedDbKeyStore`.
 */
export function indexedDbTokenStore({ database = "dpop-edge-grants" } = {}): TokenStore {
  return {
    read: (server) =>
      inTransaction(database, "readonly", async (grants) => {
        const kept: unknown = await done(grants.get(server));
        return isGrant(kept) ? kept : undefined;
      }),
    write: (server, grant) =>
      inTransaction(database, "readwrite", async (grants) => {
        if (grant === undefined) await done(grants.delete(server));
        else await done(grants.put(grant, server));
      }),
    alone: (server, work) => navigator.locks.request(`${database} ${server}`, work),
  };
}
