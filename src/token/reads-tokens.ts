import type { Authenticator, TokenAuthenticator } from "../configuration.ts";

/** Whether an authenticator reads access tokens, or sessions that may be bound like one. */
export function readsTokens(authenticator: Authenticator): authenticator is TokenAuthenticator {
  switch (authenticator.type) {
    case "jwt":
    case "oauth2_introspection":
    case "generic":
      return true;
    case "anonymous":
    case "basic_auth":
    case "unauthorized":
      return false;
  }
}
