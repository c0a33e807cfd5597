import { indexedDbKeyStore, tabNonces } from "../../adapters/browser/index.ts";
import {
  createDpopClient,
  type DpopClient,
  type DpopKey,
  type Nonces,
} from "../../src/client/index.ts";
import { parsed } from "../answer.ts";
import type { Sent } from "../sent.ts";
import type { Setting } from "../setting.ts";
import { watchedFetch } from "./network.ts";

/** The parameters of an authorization request, and what its answer is checked by. */
export interface Authorization {
  readonly url: string;
  readonly state: string;
  readonly verifier: string;
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

/** The client of this page: one key, its tokens, its nonces. All tabs share them. */
export interface Session {
  readonly nonces: Nonces;
  key(): Promise<DpopKey>;
  tokens(): Tokens | undefined;
  /** Where to send the browser for a login. */
  authorization(): Promise<URL>;
  /** The login that this page load is the end of, taken once; undefined where it is none. */
  returning(
    here: URL,
  ): { readonly authorization: Authorization; readonly code: string } | undefined;
  redeem(code: string, verifier: string): Promise<void>;
  /** Another access token, bound to the same key. */
  refreshed(): Promise<string>;
  readonly fetch: DpopClient["fetch"];
  forget(): Promise<void>;
}

const database = "dpop-edge";
const tokensName = "dpop-edge tokens";
const loginName = "dpop-edge login";

export function createSession(setting: Setting, watch: (sent: Sent) => void): Session {
  const nonces = keptNonces(tabNonces());
  const keyStore = indexedDbKeyStore({ database });
  const fetch = watchedFetch(watch);
  const atIssuer = createDpopClient({ keyStore, nonces, fetch });
  const token = () => tokens()?.access;
  const atEdge = createDpopClient({ keyStore, nonces, fetch, token, origins: [setting.edge] });
  const redirectUri = `${location.origin}/`;

  async function grant(parameters: Readonly<Record<string, string>>): Promise<Tokens> {
    const body = new URLSearchParams({
      client_id: setting.clientId,
      resource: setting.edge,
      ...parameters,
    });
    const response = await atIssuer.fetch(`${setting.issuer}/token`, { method: "POST", body });
    const { access_token, refresh_token, error } = parsed(await response.text()) ?? {};
    if (typeof access_token !== "string" || typeof refresh_token !== "string") {
      throw new Error(`The issuer gives no token: ${String(error ?? response.status)}.`);
    }
    return { access: access_token, refresh: refresh_token };
  }

  return {
    nonces,
    key: () => atEdge.key(),
    tokens,
    async authorization() {
      const verifier = randomText();
      const state = randomText();
      const url = new URL(`${setting.issuer}/auth`);
      const parameters = {
        response_type: "code",
        client_id: setting.clientId,
        redirect_uri: redirectUri,
        scope: `openid ${setting.scope}`,
        resource: setting.edge,
        state,
        code_challenge: await digest(verifier),
        code_challenge_method: "S256",
        dpop_jkt: (await atEdge.key()).thumbprint,
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      sessionStorage.setItem(loginName, JSON.stringify({ url: url.href, state, verifier }));
      return url;
    },
    returning(here) {
      const { url, state, verifier } = parsed(sessionStorage.getItem(loginName) ?? "") ?? {};
      sessionStorage.removeItem(loginName);
      const code = here.searchParams.get("code");
      const known = typeof url === "string" && typeof verifier === "string";
      if (code === null || !known || typeof state !== "string") return undefined;
      // Without this, somebody else's code could be slipped in (RFC 6749 section 10.12).
      if (here.searchParams.get("state") !== state) return undefined;
      return { code, authorization: { url, state, verifier } };
    },
    async redeem(code, verifier) {
      const grant_type = "authorization_code";
      const parameters = { grant_type, code, redirect_uri: redirectUri, code_verifier: verifier };
      localStorage.setItem(tokensName, JSON.stringify(await grant(parameters)));
    },
    async refreshed() {
      const { refresh = "" } = tokens() ?? {};
      return (await grant({ grant_type: "refresh_token", refresh_token: refresh })).access;
    },
    fetch: atEdge.fetch,
    async forget() {
      localStorage.clear();
      sessionStorage.clear();
      await new Promise((resolve) => {
        const deleted = indexedDB.deleteDatabase(database);
        deleted.onsuccess = resolve;
        deleted.onerror = resolve;
        deleted.onblocked = resolve;
      });
    },
  };
}

/** Bound to a key that no script can read, they are of no use to whoever copies them. */
function tokens(): Tokens | undefined {
  const { access, refresh } = parsed(localStorage.getItem(tokensName) ?? "") ?? {};
  if (typeof access !== "string" || typeof refresh !== "string") return undefined;
  return { access, refresh };
}

/** A tab that is alone would forget its nonces when it is loaded again. */
function keptNonces(shared: Nonces): Nonces {
  const name = (origin: string) => `nonce of ${origin}`;
  return {
    get: (origin) => shared.get(origin) ?? localStorage.getItem(name(origin)) ?? undefined,
    set(origin, nonce) {
      localStorage.setItem(name(origin), nonce);
      shared.set(origin, nonce);
    },
  };
}

function randomText(): string {
  return encode(crypto.getRandomValues(new Uint8Array(32)));
}

async function digest(text: string): Promise<string> {
  return encode(
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))),
  );
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
