import { statSync } from "node:fs";
import { createDpopClient, type DpopKey, memoryKeyStore } from "../../src/client/index.ts";
import { UsageError } from "../exit.ts";
import { readSecret, readToken } from "../given-files.ts";
import { authorizationCode } from "../login/authorization-code.ts";
import { fileOf, isGood, type KeptTokens, readKept, writeKept } from "../login/kept-tokens.ts";
import { type AuthorizationServer, discover } from "../login/server.ts";
import {
  type ClientIdentity,
  RefusedGrant,
  requestTokens,
  type Tokens,
} from "../login/token-request.ts";

export interface TokenOptions {
  readonly token?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly clientCredentials?: boolean;
  readonly scope?: string;
  readonly resource?: string;
  readonly browser: boolean;
}

/** Where the proxy has its access token from. */
export interface TokenKeeper {
  /** One that is good now. */
  current(): Promise<string>;
  /** The server says that this one is not: whether there is another now. */
  renew(refused: string): Promise<boolean>;
}

/** Milliseconds that a person may take to log in. */
const patience = 300_000;

/** @throws UsageError for options that do not go together; UnansweredError where the login fails */
export async function keepTokens(key: DpopKey, options: TokenOptions): Promise<TokenKeeper> {
  const { token, issuer, clientId } = options;
  if (issuer === undefined) {
    if (token === undefined) throw new UsageError("Write --token, or --issuer and --client-id.");
    return fromFile(token);
  }
  if (clientId === undefined) throw new UsageError("A login with --issuer needs --client-id.");
  const identity: ClientIdentity =
    options.clientSecret === undefined
      ? { id: clientId }
      : { id: clientId, secret: await readSecret(options.clientSecret) };
  if (options.clientCredentials && identity.secret === undefined) {
    throw new UsageError("--client-credentials needs --client-secret.");
  }
  const server = await discover(issuer, AbortSignal.timeout(30_000));
  const keeper = new Login(key, server, identity, options);
  await keeper.current();
  return keeper;
}

/** A file is read again once it has changed: `dpop-edge login --out` may renew it at any time. */
async function fromFile(written: string): Promise<TokenKeeper> {
  let token = await readToken(written);
  const file = fileOf(written);
  const changedAt = () =>
    file === undefined ? 0 : statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  let read = changedAt();
  const current = async () => {
    const changed = changedAt();
    if (changed === undefined || changed === read) return token;
    read = changed;
    token = await readToken(written);
    return token;
  };
  return { current, renew: async (refused) => (await current()) !== refused };
}

/** Logs in at the issuer, and keeps the token fresh. */
class Login implements TokenKeeper {
  readonly #key: DpopKey;
  readonly #server: AuthorizationServer;
  readonly #identity: ClientIdentity;
  readonly #options: TokenOptions;
  readonly #file: string | undefined;
  #tokens: KeptTokens | undefined;
  #coming: Promise<Tokens> | undefined;

  constructor(
    key: DpopKey,
    server: AuthorizationServer,
    identity: ClientIdentity,
    options: TokenOptions,
  ) {
    this.#key = key;
    this.#server = server;
    this.#identity = identity;
    this.#options = options;
    this.#file = fileOf(options.token);
    // Where the file is there already: nobody logs in twice.
    this.#tokens = this.#file === undefined ? undefined : readKept(this.#file);
  }

  async current(): Promise<string> {
    const kept = this.#tokens;
    return kept && isGood(kept) ? kept.access_token : (await this.#next()).access_token;
  }

  async renew(refused: string): Promise<boolean> {
    if (this.#tokens?.access_token !== refused) return true;
    await this.#next();
    return true;
  }

  /** Calls side by side ask once. */
  #next(): Promise<Tokens> {
    this.#coming ??= this.#ask().finally(() => {
      this.#coming = undefined;
    });
    return this.#coming;
  }

  async #ask(): Promise<Tokens> {
    const before = this.#tokens;
    const tokens = (await this.#refreshed(before?.refresh_token)) ?? (await this.#request());
    const refresh = tokens.refresh_token ?? before?.refresh_token;
    const { resource } = this.#asked();
    this.#tokens = {
      ...tokens,
      ...(refresh === undefined ? {} : { refresh_token: refresh }),
      issuer: this.#server.issuer,
      client_id: this.#identity.id,
      ...(resource === undefined ? {} : { resource }),
    };
    if (this.#file !== undefined) await writeBack(this.#file, this.#tokens);
    return this.#tokens;
  }

  /** RFC 6749 section 6; undefined where the issuer wants another login. */
  async #refreshed(token: string | undefined): Promise<Tokens | undefined> {
    if (token === undefined) return undefined;
    try {
      return await this.#exchange({
        grant_type: "refresh_token",
        refresh_token: token,
        ...this.#asked(),
      });
    } catch (error) {
      if (!(error instanceof RefusedGrant)) throw error;
      process.stderr.write("The refresh token is no longer good: logging in again.\n");
      return undefined;
    }
  }

  async #request(): Promise<Tokens> {
    if (this.#options.clientCredentials) {
      return this.#exchange({ grant_type: "client_credentials", ...this.#asked() });
    }
    const grant = await authorizationCode(this.#server, {
      ...this.#asked(),
      clientId: this.#identity.id,
      port: 0,
      browser: this.#options.browser,
      signal: AbortSignal.timeout(patience),
      thumbprint: this.#key.thumbprint,
    });
    return this.#exchange(grant);
  }

  #exchange(grant: Readonly<Record<string, string>>): Promise<Tokens> {
    const client = createDpopClient({
      keyStore: memoryKeyStore(this.#key),
      algorithms: [this.#key.alg],
    });
    const signal = AbortSignal.timeout(30_000);
    return requestTokens(client, this.#server, this.#identity, grant, signal);
  }

  #asked() {
    const { scope, resource } = this.#options;
    return {
      ...(scope === undefined ? {} : { scope }),
      ...(resource === undefined ? {} : { resource }),
    };
  }
}

/** The refresh token may have changed: the old one would be no use the next time. */
async function writeBack(file: string, tokens: KeptTokens): Promise<void> {
  try {
    await writeKept(file, tokens);
  } catch {
    process.stderr.write(`warning: ${file} cannot be written.\n`);
  }
}
