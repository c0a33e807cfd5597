import type {
  Authenticator,
  BasicAuthenticator,
  Limits,
  TokenAuthenticator,
} from "./configuration.ts";
import { type Principal, Refused } from "./decision.ts";
import { given, type Kit } from "./mechanisms.ts";
import type { EdgeRequest, RequestUrl } from "./runtime.ts";
import { type AccessToken, createAccessTokens } from "./token/access-token.ts";
import { credentials, type Sent } from "./token/credentials.ts";
import { isFor } from "./token/issuer.ts";

/** Who judges a request, and what of it. */
export type Chosen =
  | { readonly kind: "anonymous"; readonly principal: Principal }
  | { readonly kind: "basic"; readonly authenticator: BasicAuthenticator; readonly sent: string }
  | { readonly kind: "token"; readonly authenticator: TokenAuthenticator; readonly sent: Sent };

/** A rule's authenticators; one per process or isolate, since what they remember lives in it. */
export interface Authenticators {
  /**
   * The first one whose kind of credentials the request carries, from an issuer of its own. The next
   * one is looked at only when they are not: never after a check has failed.
   * @throws Refused credentials.*, rule.unauthorized
   */
  choose(list: readonly Authenticator[], request: EdgeRequest, url: RequestUrl): Chosen;
  /** What an access token or a session says. @throws Refused */
  read(chosen: Extract<Chosen, { kind: "token" }>, request: EdgeRequest): Promise<AccessToken>;
  /** @throws Refused credentials.invalid */
  user(chosen: Extract<Chosen, { kind: "basic" }>): Promise<Principal>;
  /** Fetches the keys of these issuers, or of the first few. Never throws. */
  fetchKeys(list: readonly Authenticator[]): Promise<void>;
}

/** Endpoints: who accepts many issuers hears from few of them at first. */
const mostAhead = 4;

export function createAuthenticators(
  kit: Kit,
  limits: Pick<Limits, "token" | "proof">,
): Authenticators {
  const certificates = kit.mechanisms.keyCertificates?.(kit);
  const accessTokens = createAccessTokens(kit.runtime, kit.secrets, certificates);
  const introspection = kit.mechanisms.introspection?.(kit);
  const identity = kit.mechanisms.identity?.(kit);
  const basicAuth = kit.mechanisms.basicAuth?.(kit);

  function chosenBy(
    authenticator: Authenticator,
    others: readonly Authenticator[],
    request: EdgeRequest,
    url: RequestUrl,
  ): Chosen | undefined {
    switch (authenticator.type) {
      case "unauthorized":
        throw new Refused("rule.unauthorized");
      case "anonymous": {
        const principal = { id: authenticator.subject, attributes: {}, scopes: [] };
        return { kind: "anonymous", principal };
      }
      case "basic_auth": {
        const sent = given(basicAuth, "basicAuth").credentials(request);
        return sent === undefined ? undefined : { kind: "basic", authenticator, sent };
      }
      case "generic": {
        const sent = given(identity, "identity").credential(authenticator, request, url, limits);
        return sent && { kind: "token", authenticator, sent };
      }
      case "jwt":
      case "oauth2_introspection": {
        const sent = credentials(request.headers, url.search, limits);
        if (sent.kind === "none" || !isFor(authenticator, sent.token, others)) return undefined;
        return { kind: "token", authenticator, sent };
      }
    }
  }

  return {
    choose(list, request, url) {
      for (const [index, authenticator] of list.entries()) {
        const chosen = chosenBy(authenticator, list.slice(index + 1), request, url);
        if (chosen !== undefined) return chosen;
      }
      throw new Refused("credentials.missing");
    },
    async read({ authenticator, sent }, request) {
      switch (authenticator.type) {
        case "jwt":
          return await accessTokens.verify(sent.token, authenticator);
        case "oauth2_introspection":
          return await given(introspection, "introspection").verify(sent.token, authenticator);
        case "generic":
          return await given(identity, "identity").verify(sent.token, authenticator, request);
      }
    },
    async user({ authenticator, sent }) {
      return await given(basicAuth, "basicAuth").verify(sent, authenticator);
    },
    async fetchKeys(list) {
      const sources = list.flatMap((each) => (each.type === "jwt" ? [each.keys] : []));
      const distinct = new Map(sources.map((source) => [source.endpoint.url, source]));
      const first = [...distinct.values()].slice(0, mostAhead);
      await Promise.allSettled(first.map((source) => accessTokens.fetchKeys(source)));
    },
  };
}
