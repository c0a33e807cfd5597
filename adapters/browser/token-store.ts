import type { Grant, TokenStore } from "../../src/client/index.ts";
import { done, inTransaction } from "./object-store.ts";

/**
 * Keeps grants in IndexedDB, each under its server's URL. Any script of the page can read them: what
 * makes them worthless elsewhere is the key, see `indexedDbKeyStore`.
 */
export function indexedDbTokenStore({ database = "dpop-edge-grants" } = {}): TokenStore {
  return {
    read: (server) =>
      inTransaction(database, "readonly", async (grants) => found(await done(grants.get(server)))),
    write: (server, grant) =>
      inTransaction(database, "readwrite", async (grants) => {
        if (grant === undefined) await done(grants.delete(server));
        else await done(grants.put(grant, server));
      }),
  };
}

/** What another version has left under this name is no grant. */
function found(value: unknown): Grant | undefined {
  return isGrant(value) ? value : undefined;
}

function isGrant(value: unknown): value is Grant {
  return (
    typeof value === "object" &&
    value !== null &&
    "access_token" in value &&
    "token_type" in value &&
    "issuer" in value &&
    "resource" in value
  );
}
