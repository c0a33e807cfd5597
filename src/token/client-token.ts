import type { ClientCredentials } from "../configuration.ts";

/** A token for an endpoint; `anew`: the one at hand did not serve. @throws FetchError */
export type ClientTokenCode = (credentials: ClientCredentials, anew: boolean) => Promise<string>;
