import { createIdentity } from "../identity/identify.ts";
import type { IdentityCode, Kit } from "../mechanisms.ts";

/** The authenticator `generic`. */
export const identity: (kit: Kit) => IdentityCode = createIdentity;
