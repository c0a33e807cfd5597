import type { Authorizer } from "../../src/authorizer.ts";
import { settlesWithin } from "../../src/deadline.ts";

/** Milliseconds, longer than a secret takes at most: whoever needs no keys must not wait long for an issuer. */
const longest = 2500;

/**
 * Asks for secrets and keys while Lambda starts the function: it has a whole CPU then, and at
 * 512 MB less than a third of one when a request is there. To be awaited: Lambda may freeze a
 * function whose module has ended. Never throws: the first request tells what is wrong.
 */
export async function warmUp(authorizer: () => Authorizer): Promise<void> {
  try {
    await settlesWithin(longest, authorizer().warmUp());
  } catch {
    // The request that needs it fails by the same fault, and says so in the log.
  }
}
